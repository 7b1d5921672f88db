// Runs thumbs from a build script: `const report = await thumbs(['build', '--prune'])`.
'use strict';

const { spawn } = require('node:child_process');
const { program } = require('./program.js');

const DONE = 0;
const STALE = 3;

class ThumbsError extends Error {
  constructor(message, exitCode, report) {
    super(message);
    this.name = 'ThumbsError';
    this.exitCode = exitCode;
    this.report = report;
  }
}

function firstFault(report, code) {
  const faults = report ? [...(report.errors ?? []), ...(report.items ?? []).map((item) => item.error)] : [];
  const fault = faults.find((found) => found?.message);
  return fault ? fault.message : `thumbs ended with exit code ${code}`;
}

function reportOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** See index.d.ts. */
function thumbs(args = ['build'], options = {}) {
  const { cwd, env, signal, stderr = 'inherit' } = options;
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', stderr];
    const child = spawn(program(), [...args, '--json'], { cwd, env, signal, stdio });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code, ended) => {
      const report = reportOf(Buffer.concat(chunks).toString('utf8'));
      if (report && (code === DONE || code === STALE)) return resolve(report);
      reject(new ThumbsError(ended ? `thumbs was ended by ${ended}` : firstFault(report, code), code, report));
    });
  });
}

module.exports = { thumbs, ThumbsError, program };
