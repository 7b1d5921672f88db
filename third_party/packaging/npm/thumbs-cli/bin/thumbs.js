#!/usr/bin/env node
// Runs the program with the same arguments, streams and exit code.
'use strict';

const { spawn } = require('node:child_process');
const { program } = require('../program.js');

function fail(error) {
  console.error(`thumbs: error: ${error.message}`);
  process.exit(1);
}

let child;
// Before it starts: it may be told to end as soon as it does. Ctrl-C reaches the program too: wait for it to finish. Other
// signals reach this process alone.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
try {
  child = spawn(program(), process.argv.slice(2), { stdio: 'inherit' });
} catch (error) {
  fail(error);
}
child.on('error', fail);
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
