// The JavaScript API and the launcher; run.sh has installed them in the current folder.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const { spawn } = require('node:child_process');
const { thumbs, ThumbsError, program } = require(`${process.cwd()}/node_modules/thumbs-cli`);

const quiet = { stderr: 'ignore' };

async function reports() {
  const report = await thumbs(['build', '--force'], quiet);
  assert.strictEqual(report.summary.built, 1);
  assert.strictEqual(report.items[0].output, 'out/a-t.jpg');
  assert.strictEqual((await thumbs(undefined, quiet)).summary.fresh, 1);

  fs.copyFileSync('in/a.png', 'in/c.png');
  assert.strictEqual((await thumbs(['check'], quiet)).summary.stale, 1);
  fs.rmSync('in/c.png');
}

async function faults() {
  fs.writeFileSync('in/bad.png', 'no picture');
  await assert.rejects(thumbs(['build'], quiet), (error) => {
    assert(error instanceof ThumbsError);
    assert.strictEqual(error.exitCode, 1);
    assert.strictEqual(error.report.summary.failed, 1);
    return error.message === error.report.items.find((item) => item.error).error.message;
  });
  fs.rmSync('in/bad.png');
  await assert.rejects(thumbs(['build', '--frce'], quiet), /unknown option "--frce"/);
  await assert.rejects(thumbs(['build'], { ...quiet, cwd: 'nowhere' }), { code: 'ENOENT' });
  process.env.THUMBS_PROGRAM = '/nowhere/thumbs';
  assert.strictEqual(program(), '/nowhere/thumbs');
  await assert.rejects(thumbs(['build'], quiet), { code: 'ENOENT' });
  delete process.env.THUMBS_PROGRAM;
}

// A program that waits for a signal, in the place of thumbs: the launcher hands the signal on, and ends as it ends.
async function signals() {
  fs.writeFileSync('waits', '#!/bin/sh\ntrap "exit 143" TERM\necho ready\nwhile :; do sleep 0.05; done\n', { mode: 0o755 });
  const env = { ...process.env, THUMBS_PROGRAM: `${process.cwd()}/waits` };
  const launcher = spawn(process.execPath, ['node_modules/thumbs-cli/bin/thumbs.js'], { env });
  launcher.stdout.once('data', () => launcher.kill('SIGTERM'));
  const code = await new Promise((resolve) => launcher.on('exit', resolve));
  assert.strictEqual(code, 143);
}

(async () => {
  await reports();
  await faults();
  await signals();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
