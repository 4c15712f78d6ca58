/**
 * The attribute tables of the city's layers, field by field as the standards name them (三调数据库标准,
 * 市级国土空间总体规划数据库规范(试行)). Values are invented; areas come from the shapes.
 */
import { roundHalfUp } from '../src/core/units.js';
import { type Patch, zoneNames } from './block-patches.js';
import type { CityPlan } from './city-plan.js';
import { placeName, type Town } from './districts.js';
import { classNames, plannedUseNames } from './land-classes.js';
import type { RedLineKind } from './red-lines.js';

export type Attributes = Readonly<Record<string, string | number>>;

/** 标准时点 of the layers. */
export const DATA_DATES = { survey: '2024-12-31', lines: '2022-11-10' } as const;

const SURVEY_YEAR = 2024;

/** Village (行政村) of a block: 12-digit code and name. */
export function villageOf(plan: CityPlan, block: number): { town: Town; code: string; name: string } {
  const town = plan.towns[plan.townOf[block]!]!;
  const serial = 200 + (block % 700);
  return {
    town,
    code: town.code + String(serial).padStart(3, '0'),
    name: `${placeName(block * 7 + plan.seed)}村`,
  };
}

export const townOfBlock = (plan: CityPlan, block: number): Town => plan.towns[plan.townOf[block]!]!;

/** BSM, 18 characters: county, layer digits, serial number. */
const bsm = (town: Town, layer: string, serial: number): string =>
  town.county.code + layer + String(serial).padStart(10, '0');

/** 图斑面积, 扣除面积 and 图斑地类面积 so that they add up: KCMJ rounded, TBDLMJ by subtraction. */
export function netAreas(grossM2: number, kcxs: number): { ridgeM2: number; netM2: number } {
  const ridgeM2 = roundHalfUp(grossM2 * kcxs, 2);
  return { ridgeM2, netM2: roundHalfUp(grossM2 - ridgeM2, 2) };
}

/** DLTB, one patch. */
export function patchAttributes(plan: CityPlan, patch: Patch, serial: number, grossM2: number): Attributes {
  const village = villageOf(plan, patch.block);
  const { ridgeM2, netM2 } = netAreas(grossM2, patch.kcxs);
  const owner = patch.stateOwned
    ? { code: `${village.town.code}0000000000`, name: '国有' }
    : { code: `${village.code}0000000`, name: `${village.name}集体` };
  return {
    BSM: bsm(village.town, '20', serial),
    YSDM: '2001010100',
    TBYBH: String(serial % 10_000).padStart(4, '0'),
    TBBH: String(serial).padStart(7, '0'),
    DLBM: patch.dlbm,
    DLMC: classNames[patch.dlbm]!,
    QSXZ: patch.stateOwned ? '20' : '30',
    QSDWDM: owner.code,
    QSDWMC: owner.name,
    ZLDWDM: `${village.code}0000000`,
    ZLDWMC: village.name,
    TBMJ: grossM2,
    KCDLBM: patch.kcxs > 0 ? '1203' : '',
    KCXS: patch.kcxs,
    KCMJ: ridgeM2,
    TBDLMJ: netM2,
    GDLX: patch.slope > 1 ? (patch.terraced ? 'TT' : 'PD') : '',
    GDPDJB: patch.slope > 0 ? String(patch.slope) : '',
    XXTBKD: patch.widthM,
    TBXHDM: '',
    TBXHMC: '',
    ZZSXDM: patch.slope > 0 ? 'LS' : '',
    ZZSXMC: patch.slope > 0 ? '种植粮食作物' : '',
    GDDB: patch.slope > 0 ? Math.min(15, 4 + patch.slope * 2) : 0,
    FRDBS: '0',
    CZCSXM: patch.czcsxm,
    SJNF: SURVEY_YEAR,
    MSSM: '00',
    HDMC: '',
    BZ: '',
  };
}

/** YJJBNT, one protected patch; `patchSerial` is the serial number of the DLTB patch that it was taken from. */
export function permanentAttributes(
  plan: CityPlan,
  patch: Patch,
  serial: number,
  patchSerial: number,
  grossM2: number,
): Attributes {
  const village = villageOf(plan, patch.block);
  const { ridgeM2, netM2 } = netAreas(grossM2, patch.kcxs);
  return {
    BSM: bsm(village.town, '51', serial),
    YSDM: '2005010300',
    XZQDM: village.town.code,
    XZQMC: village.town.name,
    YJJBNTTBBH: `${village.town.code}${String(serial).padStart(8, '0')}`,
    TBBH: String(patchSerial).padStart(7, '0'),
    DLBM: patch.dlbm,
    DLMC: classNames[patch.dlbm]!,
    QSXZ: '30',
    QSDWDM: `${village.code}0000000`,
    QSDWMC: `${village.name}集体`,
    ZLDWDM: `${village.code}0000000`,
    ZLDWMC: village.name,
    YJJBNTTBMJ: grossM2,
    KCDLBM: patch.kcxs > 0 ? '1203' : '',
    KCXS: patch.kcxs,
    KCMJ: ridgeM2,
    YJJBNTMJ: netM2,
    GDLX: patch.slope > 1 ? (patch.terraced ? 'TT' : 'PD') : '',
    GDPDJB: String(patch.slope),
    SJNF: 2022,
    BHKSSJ: '2022-11-10',
    BHJSSJ: '',
    WDGD: patch.slope < 5 ? '1' : '0',
  };
}

/** CZKFBJ, one zone. GHFQDM is invented; GHFQMC is what counts. */
export function zoneAttributes(town: Town, zone: number, serial: number, areaM2: number): Attributes {
  return {
    BSM: bsm(town, '52', serial),
    YSDM: '2090020640',
    XZQDM: town.county.code,
    XZQMC: town.county.name,
    GHFQDM: `0${zone}`,
    GHFQMC: zoneNames[zone]!,
    MJ: areaM2,
    BZ: '',
  };
}

/** STBHHX in the planning dialect. */
export function redLineAttributes(town: Town, line: RedLineKind, serial: number, areaM2: number): Attributes {
  return {
    BSM: bsm(town, '53', serial),
    YSDM: '2090020620',
    XJXZQDM: town.county.code,
    XZQDM: town.county.code,
    XZQMC: town.county.name,
    LHLX: line.lhlx,
    MC: line.name,
    MJ: areaM2,
  };
}

/** GHYDYH, one planned unit. */
export function plannedAttributes(town: Town, code: string, serial: number, areaM2: number): Attributes {
  return {
    BSM: bsm(town, '54', serial),
    YSDM: '2090020310',
    XZQDM: town.code,
    XZQMC: town.name,
    YDYHDM: code,
    YDYHMC: plannedUseNames[code]!,
    MJ: areaM2,
  };
}

/** XZQ, one town. */
export function townAttributes(town: Town, serial: number, areaM2: number): Attributes {
  return {
    BSM: bsm(town, '10', serial),
    YSDM: '1000600100',
    XZQDM: town.code,
    XZQMC: town.name,
    SJXZQDM: town.county.code,
    SJXZQMC: town.county.name,
    DCMJ: areaM2,
    MJ: areaM2,
    SJNF: SURVEY_YEAR,
  };
}
