/** 零星地块 with the host each is merged with, one parcel for each pair, as 国土 TXT in the plane of the answer. */
import { writeTxt } from '../formats/write-txt.js';
import type { FragmentAnswer } from './fragment-types.js';
import { badParameter } from './supply-faults.js';

/** @throws AppError bad-parameter where no fragment borders on a host: there is nothing to write */
export function mergedTxt({ fragments, parameters }: FragmentAnswer): Uint8Array {
  const merged = fragments.flatMap(({ id, merge }) =>
    merge
      ? [
          {
            id: `${id}+${merge.host}`,
            name: `${id} 与 ${merge.host} 归并`,
            landUse: null,
            attributes: {},
            rings: merge.plane.coordinates,
          },
        ]
      : [],
  );
  if (merged.length > 0)
    return writeTxt(merged, { epsg: Number(String(parameters.planeCrs).slice(5)) }).bytes;
  throw badParameter('f', {
    zh: '没有可写的归并轮廓：没有零星地块与相邻产业地块（role=host）共边。',
    en: 'There is no merged outline to write: no fragment borders on a host (role=host).',
  });
}
