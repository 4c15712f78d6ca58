/**
 * Errors of OGC API – Processes: RFC 9457 whose `type` is the exception of the standard where there is one. The standard
 * names them application/json (OGC 18-062r2 §7.13): so they are called for a caller that takes that and nothing else.
 */
import { AppError, type InputFault } from '../../core/errors.js';
import { writeProblem } from '../common/fault.js';
import { bestAccepted, JSON_TYPE, PROBLEM_TYPE } from '../media.js';
import type { FaultWriter } from '../standard.js';

const EXCEPTIONS = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0';

type Exception = 'no-such-process' | 'no-such-job' | 'result-not-ready';

const faultTypes = [PROBLEM_TYPE, JSON_TYPE].map((type) => ({ f: 'json', type }));

export const writeProcessProblem: FaultWriter = (fault, accept) => {
  const { exception } = fault.facts as { exception?: Exception };
  const written = writeProblem(
    exception === undefined ? fault : { ...fault, type: `${EXCEPTIONS}/${exception}` },
  );
  return { ...written, type: bestAccepted(accept, faultTypes)?.type ?? PROBLEM_TYPE };
};

export const noSuchProcess = (id: string): AppError =>
  new AppError('not-found', 'no such process', {
    exception: 'no-such-process',
    detail: {
      zh: `没有名为“${id.slice(0, 80)}”的过程，可用的见 /ogc/processes。`,
      en: `There is no process "${id.slice(0, 80)}"; /ogc/processes lists them.`,
    },
  });

export const noSuchProcessJob = (id: string): AppError =>
  new AppError('not-found', 'no such job', {
    exception: 'no-such-job',
    detail: { zh: `没有编号为 ${id.slice(0, 80)} 的任务。`, en: `There is no job ${id.slice(0, 80)}.` },
  });

/** OGC 18-062r2 §7.13.3: results that are not there yet answer 404. */
export const resultNotReady = (id: string): AppError =>
  new AppError('not-found', 'result not ready', {
    exception: 'result-not-ready',
    detail: {
      zh: `任务 ${id} 尚未结束，结果还没有。`,
      en: `The job ${id} has not ended; there is no result yet.`,
    },
  });

export function badExecution(errors: readonly InputFault[]): AppError {
  return new AppError('bad-request', 'the execute request is refused', {
    errors,
    ...(errors[0] && { detail: errors[0].detail }),
  });
}

export const fault = (pointer: string, code: string, zh: string, en: string): InputFault => ({
  ...{ pointer, code },
  detail: { zh: `${zh}。`, en: `${en}.` },
});
