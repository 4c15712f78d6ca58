/** GDAL's JSON description of a dataset (`ogrinfo -json`) as the layers of the bridge. */
import { AppError } from '../core/errors.js';
import type { GdalField, GdalLayer } from './gdal-types.js';

interface InfoField {
  name: string;
  alias?: string;
  type: string;
  subType?: string;
  width?: number;
  precision?: number;
}

interface InfoCrs {
  wkt?: string;
  projjson?: { id?: { authority?: string; code?: number | string } };
}

interface Info {
  layers?: {
    name: string;
    metadata?: Record<string, Record<string, string>>;
    featureCount?: number;
    geometryFields?: { type?: string; extent?: number[]; coordinateSystem?: InfoCrs }[];
    fields?: InfoField[];
  }[];
}

export function readInfo(text: string): GdalLayer[] {
  let info: Info;
  try {
    info = JSON.parse(text) as Info;
  } catch (cause) {
    throw new AppError('unsupported-format', 'the description of the dataset is no JSON', {}, cause);
  }
  return (info.layers ?? []).map((layer) => {
    const geometry = layer.geometryFields?.[0];
    const extent = geometry?.extent;
    return {
      name: layer.name,
      alias: layer.metadata?.['']?.ALIAS_NAME ?? null,
      geometryType: geometry?.type ?? 'None',
      featureCount: layer.featureCount ?? 0,
      crs: toCrs(geometry?.coordinateSystem),
      extent: isBox(extent) ? extent : null,
      fields: (layer.fields ?? []).map(toField),
    };
  });
}

const isBox = (extent: number[] | undefined): extent is [number, number, number, number] =>
  extent?.length === 4 && extent.every(Number.isFinite);

const toField = ({ name, alias, type, subType, width, precision }: InfoField): GdalField => ({
  name,
  alias: alias === undefined || alias === '' || alias === name ? null : alias,
  type,
  subType: subType ?? null,
  width: width ?? null,
  precision: precision ?? null,
});

function toCrs(crs: InfoCrs | undefined): GdalLayer['crs'] {
  if (!crs?.wkt) return null;
  const id = crs.projjson?.id;
  const epsg = id?.authority === 'EPSG' ? Number(id.code) : Number.NaN;
  return { wkt: crs.wkt, epsg: Number.isInteger(epsg) ? epsg : null };
}
