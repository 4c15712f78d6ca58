/** Errors of the OGC APIs: RFC 9457 with the `code` and `description` of OGC 17-069r4 `exception.yaml`. */
import { PROBLEM_TYPE } from '../media.js';
import type { Fault, StandardAnswer } from '../standard.js';

export function writeProblem(fault: Fault): StandardAnswer {
  const { status, code, title, detail, instance, type, errors } = fault;
  const body = {
    type,
    title,
    status,
    code,
    detail,
    description: detail,
    instance,
    ...(errors && { errors }),
  };
  return { status, type: PROBLEM_TYPE, body: JSON.stringify(body) };
}
