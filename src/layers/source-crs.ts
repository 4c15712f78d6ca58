/** Finds out in which CRS a layer file is, from the option and the file's own `crs` member, and refuses what does not fit. */
import { type Crs, crsTable, gkZone3, oldDatum } from '../core/crs.js';
import { AppError, type Bilingual } from '../core/errors.js';
import type { Box } from '../core/geometry-types.js';

export interface SourceCrs {
  crs: Crs;
  from: 'option' | 'file' | 'default';
  note?: { code: string; detail: Bilingual };
}

/** EPSG code of `4526`, `EPSG:4526`, `urn:ogc:def:crs:EPSG::4526`, `…/def/crs/EPSG/0/4526` or CRS84; undefined otherwise. */
export function readEpsg(name: string | number): number | undefined {
  if (typeof name === 'number') return name;
  if (/CRS:?84$/i.test(name.trim())) return 4326;
  const found = /^(?:.*epsg[/:][^/:]*[/:]|epsg:)?(\d{4,6})$/i.exec(name.trim());
  return found ? Number(found[1]) : undefined;
}

/** The legacy `crs` member of GeoJSON 2008: { type: 'name', properties: { name } }. Null and undefined mean none. */
export function readCrsMember(member: unknown): string | undefined {
  if (member === null || member === undefined) return undefined;
  const name = (member as { properties?: { name?: unknown; code?: unknown } }).properties;
  const value = name?.name ?? name?.code;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw badCrs(`unreadable crs member`, {
    zh: '文件的 crs 成员无法识别，请用导入参数 crs 指定坐标系（如 4490、4526）。',
    en: 'The crs member of the file cannot be read; name the CRS with the option crs (4490, 4526, …).',
  });
}

/** Option and file must agree; with neither, GeoJSON means longitude and latitude. */
export function resolveSourceCrs(option: string | number | undefined, member: string | undefined): SourceCrs {
  const told = option === undefined ? undefined : knownCrs(option);
  const written = member === undefined ? undefined : knownCrs(member);
  if (told && written && told.epsg !== written.epsg && !bothDegrees(told, written)) {
    throw badCrs(`option EPSG:${told.epsg}, file EPSG:${written.epsg}`, {
      zh: `指定的坐标系 EPSG:${told.epsg} 与文件自带的 EPSG:${written.epsg} 不一致，请核实后只保留正确的一个。`,
      en: `The option says EPSG:${told.epsg}, the file says EPSG:${written.epsg}. Find out which is right.`,
    });
  }
  const crs = told ?? written ?? crsTable.get(4490)!;
  const from = told ? 'option' : written ? 'file' : 'default';
  if (crs.epsg !== 4326) return { crs, from };
  return {
    crs,
    from,
    note: {
      code: 'wgs84-as-cgcs2000',
      detail: {
        zh: '文件声明为 WGS 84，按 CGCS2000 使用（两者差异为厘米级）。请确认数据不是 GCJ-02/BD-09 偏移坐标。',
        en: 'The file says WGS 84; it is used as CGCS2000 (they differ by centimetres). Make sure that it is not GCJ-02 or BD-09.',
      },
    },
  };
}

const bothDegrees = (a: Crs, b: Crs): boolean => a.kind === 'geographic' && b.kind === 'geographic';

function knownCrs(name: string | number): Crs {
  const epsg = readEpsg(name);
  const crs = epsg === undefined ? undefined : crsTable.get(epsg);
  if (crs) return crs;
  const old = epsg === undefined ? undefined : oldDatum(epsg);
  if (old) {
    const zh = old === 'xian80' ? '1980西安坐标系' : '1954北京坐标系';
    throw badCrs(`old datum ${name}`, {
      zh: `坐标系 ${name} 属于${zh}，没有公开的转换参数。请先由测绘部门转换到 CGCS2000 再导入。`,
      en: `${name} is ${old === 'xian80' ? "Xi'an 1980" : 'Beijing 1954'}; there is no public transformation. Have the data converted to CGCS2000 first.`,
    });
  }
  throw badCrs(`unknown CRS ${name}`, {
    zh: `不支持的坐标系“${name}”。可用：EPSG:4490，或 CGCS2000 高斯-克吕格投影 EPSG:4491–4554。`,
    en: `The CRS "${name}" is not supported. Use EPSG:4490 or a CGCS2000 Gauss-Krüger CRS, EPSG:4491–4554.`,
  });
}

/** Refuses a feature whose box cannot lie in China in this CRS, naming the likely cause. Box in source coordinates. */
export function checkPlausible(box: Box, source: SourceCrs, featureNo: number): void {
  if (fits(box, source.crs)) return;
  const [minX, minY, maxX, maxY] = box;
  const swapped = fits([minY, minX, maxY, maxX], source.crs);
  const cause = swapped ? swappedAxes : likelyCause(box, source.crs);
  throw new AppError('bad-crs', `feature ${featureNo} does not lie in China in EPSG:${source.crs.epsg}`, {
    detail: {
      zh: `第 ${featureNo} 个要素（${minX}, ${minY}）不在 EPSG:${source.crs.epsg}（${source.crs.nameZh}）的合理范围内。${cause.zh}`,
      en: `Feature ${featureNo} at (${minX}, ${minY}) is out of range for EPSG:${source.crs.epsg}. ${cause.en}`,
    },
    featureNo,
  });
}

const swappedAxes: Bilingual = {
  zh: '横纵坐标可能颠倒：GeoJSON 应为（经度, 纬度）或（东, 北）。',
  en: 'The axes are probably swapped: GeoJSON wants (longitude, latitude) or (east, north).',
};

function likelyCause([minX]: Box, crs: Crs): Bilingual {
  const zone = Math.floor(minX / 1e6);
  if (crs.kind === 'geographic' && zone >= 25 && zone <= 45) {
    return {
      zh: `坐标像是 3 度带第 ${zone} 带的投影坐标，请指定 crs=${4488 + zone}。`,
      en: `The coordinates look like 3° zone ${zone}; give crs=${4488 + zone}.`,
    };
  }
  if (crs.kind === 'geographic') {
    return {
      zh: '坐标像是以米为单位的投影坐标，请用 crs 指定坐标系。',
      en: 'The coordinates look like metres; name the CRS with crs.',
    };
  }
  if (minX < 180) {
    return {
      zh: '坐标像是经纬度，请指定 crs=4490。',
      en: 'The coordinates look like degrees; give crs=4490.',
    };
  }
  return {
    zh: '请核对带号与中央经线（坐标是否带带号）。',
    en: 'Check the zone and whether eastings carry its number.',
  };
}

function fits([minX, minY, maxX, maxY]: Box, crs: Crs): boolean {
  if (crs.kind === 'geographic') return minX >= 70 && maxX <= 140 && minY >= 0 && maxY <= 60;
  const easting = crs.falseEasting ?? 500_000;
  return minX >= easting - 480_000 && maxX <= easting + 480_000 && minY >= 100_000 && maxY <= 6_600_000;
}

/** The 3° zone in which straight edges of the version count as straight: the source's own, else by its place. */
export function choosePlaneZone(crs: Crs, centreLon: number): number {
  return crs.kind === 'gauss-kruger' && crs.zoneWidth === 3 && crs.zone !== undefined
    ? crs.zone
    : gkZone3(centreLon);
}

const badCrs = (message: string, detail: Bilingual): AppError => new AppError('bad-crs', message, { detail });
