/** Land-use codes of an input, held against the code list they are said to be of: named when unknown or of another list. */
import { dlbmCodes } from '../core/dlbm.js';
import type { InputFault } from '../core/errors.js';
import { ydyhCodes } from '../core/ydyh.js';
import { fault } from './validate-input.js';

export type CodeSystem = 'ydyh-2023' | 'sandiao-dlbm';

const lists = { 'ydyh-2023': ydyhCodes, 'sandiao-dlbm': dlbmCodes } as const;
const names = { 'ydyh-2023': '用地用海分类', 'sandiao-dlbm': '三调工作分类' } as const;

/** The measure takes codes of one list only: another list is refused, because the same digits mean other things there. */
export function wantSystem(given: CodeSystem, wanted: CodeSystem, faults: InputFault[]): void {
  if (given === wanted) return;
  faults.push(
    fault(
      '/codeSystem',
      'wrong-code-system',
      `本测算用${names[wanted]}代码，给出的是${names[given]}代码；相同数字含义不同（如 10：用地用海为工矿用地，三调为交通运输用地），不作换算，请改用${names[wanted]}代码。`,
      `This measure takes codes of ${wanted}, the input is in ${given}. The same digits mean other things (10 is 工矿 in one, 交通 in the other), so nothing is converted: give codes of ${wanted}.`,
    ),
  );
}

/** @returns the label where the list gives one; adds a fault for a code that the list does not have */
export function readCode(
  code: string,
  pointer: string,
  system: CodeSystem,
  faults: InputFault[],
): string | null {
  const found = lists[system].get(code);
  if (found) return found.label;
  const other: CodeSystem = system === 'ydyh-2023' ? 'sandiao-dlbm' : 'ydyh-2023';
  const elsewhere = lists[other].get(code);
  faults.push(
    elsewhere
      ? fault(
          pointer,
          'wrong-code-system',
          `${names[system]}没有代码 ${code}，它是${names[other]}的代码（${elsewhere.label ?? ''}），请核对代码体系。`,
          `${system} has no code ${code}; it is one of ${other} (${elsewhere.label ?? ''}). Check the code list.`,
        )
      : fault(
          pointer,
          'unknown-code',
          `${names[system]}没有代码 ${code}。`,
          `${system} has no code ${code}.`,
        ),
  );
  return null;
}
