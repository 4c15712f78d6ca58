/** The standards that are spoken, in the order in which their links and classes are listed. */
import { featuresDialect } from './features/dialect.js';
import { processesDialect } from './processes/dialect.js';
import type { Dialect } from './standard.js';
import { tilesDialect } from './tiles/dialect.js';

export const dialects: readonly Dialect[] = [featuresDialect, tilesDialect, processesDialect];
