/** Which datasets stand among the files of an archive, by their names: parts of one shapefile, the folder of a FileGDB. */
import type { Bilingual } from '../core/errors.js';
import type { ReadDriver } from './gdal-protocol.js';

export type DatasetKind =
  | 'shp'
  | 'gdb'
  | 'gpkg'
  | 'dxf'
  | 'kml'
  | 'tab'
  | 'mif'
  | 'fgb'
  | 'csv'
  | 'geojson'
  | 'txt';

export const driverOf: Readonly<Partial<Record<DatasetKind, ReadDriver>>> = {
  shp: 'ESRI Shapefile',
  gdb: 'OpenFileGDB',
  gpkg: 'GPKG',
  dxf: 'DXF',
  tab: 'MapInfo File',
  mif: 'MapInfo File',
  fgb: 'FlatGeobuf',
  csv: 'CSV',
};

/** A dataset and its files: `as` is the name that a file gets when it is unpacked. */
export interface FoundDataset<File> {
  kind: DatasetKind;
  /** Path in the archive without the extension, as people know it. */
  title: string;
  /** Name to open, among the unpacked. */
  dataset: string;
  files: readonly { file: File; as: string }[];
}

export interface Found<File> {
  datasets: FoundDataset<File>[];
  /** Files that seem to be data, but cannot be used, with the reason. */
  unusable: { name: string; why: Bilingual }[];
}

const sideFiles: Readonly<Partial<Record<DatasetKind, readonly string[]>>> = {
  shp: ['shp', 'shx', 'dbf', 'prj', 'cpg'],
  tab: ['tab', 'dat', 'map', 'id', 'ind'],
  mif: ['mif', 'mid'],
};
const requiredFiles: Readonly<Partial<Record<DatasetKind, readonly string[]>>> = {
  shp: ['shp', 'shx', 'dbf'],
  tab: ['tab', 'dat', 'map', 'id'],
};
const leadFile: Readonly<Record<string, DatasetKind>> = {
  shp: 'shp',
  gpkg: 'gpkg',
  dxf: 'dxf',
  kml: 'kml',
  tab: 'tab',
  mif: 'mif',
  fgb: 'fgb',
  geojson: 'geojson',
  json: 'geojson',
};
/** Data only where nothing else is: documents beside the data have these endings too. */
const weakFile: Readonly<Record<string, DatasetKind>> = { csv: 'csv', txt: 'txt' };

/** `archiveTitle` names a FileGDB whose files stand at the top, without their folder. */
export function findDatasets<File extends { name: string }>(
  files: readonly File[],
  archiveTitle: string,
): Found<File> {
  const found: Found<File> = { datasets: [], unusable: [] };
  const rest = takeGeodatabases(files, archiveTitle, found);
  const groups = groupBy(rest, ({ name }) => stem(name).toLowerCase());
  const take = (leads: Readonly<Record<string, DatasetKind>>): void => {
    for (const group of groups.values()) {
      for (const file of group) {
        const kind = leads[extension(file.name)];
        if (kind) takeDataset(kind, file, group, found);
      }
    }
  };
  take(leadFile);
  if (found.datasets.length === 0) take(weakFile);
  for (const { name } of rest) {
    const why = explained[extension(name)];
    const isPart = groups.get(stem(name).toLowerCase())?.some((file) => /\.(shp|tab)$/i.test(file.name));
    if (why && !isPart) found.unusable.push({ name, why });
  }
  return found;
}

function takeDataset<File extends { name: string }>(
  kind: DatasetKind,
  lead: File,
  group: readonly File[],
  found: Found<File>,
): void {
  const sides = sideFiles[kind];
  const parts = sides ? group.filter(({ name }) => sides.includes(extension(name))) : [lead];
  const missing = (requiredFiles[kind] ?? []).filter(
    (wanted) => !parts.some(({ name }) => extension(name) === wanted),
  );
  if (missing.length > 0) {
    const list = missing.map((part) => `.${part}`).join('、');
    found.unusable.push({
      name: lead.name,
      why: {
        zh: `缺少同名的 ${list} 文件，请把全部组成文件一起压缩`,
        en: `the file ${list} of the same name is missing; zip all its parts together`,
      },
    });
    return;
  }
  const base = `d${found.datasets.length}`;
  found.datasets.push({
    kind,
    title: stem(lead.name),
    dataset: `${base}.${extension(lead.name)}`,
    files: parts.map((file) => ({ file, as: `${base}.${extension(file.name)}` })),
  });
}

/** Takes the files of every `….gdb` folder out of the list. */
function takeGeodatabases<File extends { name: string }>(
  files: readonly File[],
  archiveTitle: string,
  found: Found<File>,
): File[] {
  const folderOf = ({ name }: File): string | undefined => {
    const inside = /^((?:.*\/)?[^/]+\.gdb)\/[^/]+$/i.exec(name)?.[1];
    if (inside !== undefined) return inside;
    return /(^|\/)a[0-9a-f]{8}\.gdb|(^|\/)(gdb|timestamps)$/i.test(name)
      ? name.slice(0, Math.max(0, name.lastIndexOf('/')))
      : undefined;
  };
  const groups = groupBy(files, folderOf);
  for (const [folder, members] of groups) {
    if (folder === undefined || !members.some(({ name }) => /\.gdbtable$/i.test(name))) continue;
    const base = `d${found.datasets.length}.gdb`;
    found.datasets.push({
      kind: 'gdb',
      title: folder === '' ? archiveTitle : folder.replace(/\.gdb$/i, ''),
      dataset: base,
      files: members.map((file) => ({ file, as: `${base}/${lastPart(file.name)}` })),
    });
  }
  const taken = new Set(found.datasets.flatMap((one) => one.files.map(({ file }) => file)));
  return files.filter((file) => !taken.has(file));
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const extension = (name: string): string => /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
const stem = (name: string): string => name.replace(/\.[^./]+$/, '');

const because = (zh: string, en: string): Bilingual => ({ zh, en });

const explained: Readonly<Record<string, Bilingual>> = {
  dbf: because(
    '只有属性表，没有同名的 .shp 图形',
    'an attribute table without the shapes (.shp) of the same name',
  ),
  shx: because('只有索引，没有同名的 .shp 图形', 'an index without the shapes (.shp) of the same name'),
  dwg: because('DWG 为 AutoCAD 私有格式，请另存为 DXF', 'DWG is a private format of AutoCAD; save it as DXF'),
  mdb: because(
    '个人地理数据库（MDB）不支持，请导出为 FileGDB 或 SHP',
    'personal geodatabases (MDB) are not read; export as FileGDB or shapefile',
  ),
  accdb: because(
    'Access 数据库不支持，请导出为 FileGDB 或 SHP',
    'Access databases are not read; export as FileGDB or shapefile',
  ),
  vct: because('VCT 格式不支持，请导出为 FileGDB 或 SHP', 'VCT is not read; export as FileGDB or shapefile'),
};
