/** Reads `across` as the doors take it: `road:30,green:20`, metres. */
import { acrossKinds, type BundleRequest } from './bundle-types.js';
import { badParameter } from './supply-faults.js';

/** @throws AppError bad-parameter */
export function readAcross(text: string | undefined): BundleRequest['across'] {
  if (text === undefined || text.trim() === '') return undefined;
  const widths: NonNullable<BundleRequest['across']> = {};
  for (const part of text.split(',')) {
    const [name = '', width = ''] = part.split(/[:=]/).map((piece) => piece.trim());
    const kind = acrossKinds.find((one) => one === name.toLowerCase());
    if (!kind || !/^\d+(\.\d+)?$/.test(width)) {
      throw badParameter('across', {
        zh: `across 的写法是“road:30,green:20”（road 道路、green 绿地、water 水面，宽度单位米），“${part.slice(0, 40)}”无法识别。`,
        en: `across is written "road:30,green:20" (road, green, water; widths in metres); "${part.slice(0, 40)}" is not understood.`,
      });
    }
    widths[kind] = Number(width);
  }
  return widths;
}

/** A list written with commas; undefined when nothing was given. */
export function readList(text: string | undefined): string[] | undefined {
  const items = (text ?? '').split(',').map((item) => item.trim());
  const filled = items.filter((item) => item !== '');
  return filled.length > 0 ? filled : undefined;
}
