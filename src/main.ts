#!/usr/bin/env node
/** The only program: arguments → command → exit code. Nothing imports it. */
