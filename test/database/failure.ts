/** What a promise is rejected with, as the product's own error. */
import { expect } from 'vitest';
import { AppError } from '../../src/core/errors.js';

export async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}
