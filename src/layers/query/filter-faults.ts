/** The refusals of the feature query: what in a filter or a sort order can not be used, and why. */
import { AppError, type Bilingual } from '../../core/errors.js';

/** `beyond`: a place that its CRS does not reach. */
export function badFilter(zh: string, en: string, facts: { beyond?: true } = {}): AppError {
  const detail: Bilingual = { zh: `过滤条件有误：${zh}。`, en: `The filter can not be used: ${en}.` };
  return new AppError('bad-parameter', `filter: ${en}`, { detail, filter: true, ...facts });
}

export function unknownProperty(name: string, known: readonly string[]): AppError {
  const shown = name.slice(0, 80);
  const list = known.join(', ');
  return new AppError('bad-parameter', 'unknown property', {
    unknownProperty: shown,
    detail: {
      zh: `没有名为“${shown}”的属性。可用属性：${list}。`,
      en: `There is no property "${shown}". Properties: ${list}.`,
    },
  });
}
