/** Which feature is a fragment, a project or a host, or everything that is wrong about it in one refusal. */
import type { Parcel } from '../parcels/parcel-types.js';
import { unknownCode } from './read-uses.js';
import { createSupplyFaults, landUsePointer, propertyPointer } from './supply-faults.js';
import type { UseTable } from './use-groups.js';

export const roles = ['fragment', 'project', 'host'] as const;
export type Role = (typeof roles)[number];

export interface Roles {
  /** Places in the file. */
  fragments: readonly number[];
  projects: readonly number[];
  hosts: readonly number[];
}

const names: Readonly<Record<string, Role>> = {
  fragment: 'fragment',
  project: 'project',
  host: 'host',
  零星地块: 'fragment',
  零星: 'fragment',
  改造项目: 'project',
  项目: 'project',
  相邻宗地: 'host',
  产业地块: 'host',
};

/** @throws AppError bad-parcel */
export function readRoles(
  parcels: readonly Parcel[],
  discover: boolean,
  uses: UseTable,
  maxFaults: number,
): Roles {
  const faults = createSupplyFaults(maxFaults);
  const found: Record<Role, number[]> = { fragment: [], project: [], host: [] };
  parcels.forEach((parcel, i) => {
    const key = Object.keys(parcel.properties).find((name) => ['role', '角色'].includes(name.toLowerCase()));
    const value = key === undefined ? undefined : parcel.properties[key];
    const role = typeof value === 'string' ? names[value.trim().toLowerCase()] : undefined;
    if (role === 'fragment' && discover) {
      faults.add(propertyPointer(i, key!), 'fragment-with-discover', {
        zh: `discover=true 时零星地块由程序查找，请不要提交 role=fragment 的要素“${parcel.id}”；已占用的地块请用 role=host。`,
        en: `With discover=true fragments are found: leave out "${parcel.id}" with role fragment, or submit taken land with role host.`,
      });
    } else if (role) {
      found[role].push(i);
      if (role === 'host' && parcel.landUse !== null && !uses.find(parcel.landUse))
        faults.add(landUsePointer(parcel, i), 'unknown-land-use', unknownCode(parcel.landUse));
    } else {
      const shown = value === undefined ? '' : String(value).slice(0, 40);
      faults.add(propertyPointer(i, key ?? 'role'), value === undefined ? 'missing-role' : 'unknown-role', {
        zh: `要素“${parcel.id}”的 role 应为 fragment（零星地块）、project（改造项目范围）或 host（相邻产业地块）${shown ? `，实际是“${shown}”` : ''}。`,
        en: `The role of "${parcel.id}" must be fragment, project or host${shown ? `, not "${shown}"` : ''}.`,
      });
    }
  });
  if (discover && found.project.length === 0 && parcels.length > 0) {
    faults.add('/features', 'no-project', {
      zh: '查找零星地块（discover）需要一个 role 为 project 的范围。',
      en: 'To discover fragments a range with role project is needed.',
    });
  }
  if (!discover && found.fragment.length === 0) {
    faults.add('/features', 'no-fragments', {
      zh: '没有 role 为 fragment 的零星地块；要由程序查找，请用 discover=true。',
      en: 'There is no fragment (role fragment); to have them found use discover=true.',
    });
  }
  faults.throwIfAny();
  return { fragments: discover ? [] : found.fragment, projects: found.project, hosts: found.host };
}
