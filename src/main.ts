#!/usr/bin/env node
/** The only program: arguments → command → exit code. Nothing imports it. */
import { program } from './cli/program.js';
import { run } from './cli/run.js';
import { systemTerminal } from './cli/system-terminal.js';

process.exitCode = await run(process.argv.slice(2), systemTerminal(), program);
