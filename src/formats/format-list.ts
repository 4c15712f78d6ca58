/** The formats that are read and written, as data for people and programs that ask. */
import type { Bilingual } from '../core/errors.js';

type WrittenPart = 'check' | 'parcels' | 'pieces' | 'classes' | 'findings' | 'checklist';
const onGround: readonly WrittenPart[] = ['parcels', 'pieces'];
const everyTable: readonly WrittenPart[] = [...onGround, 'classes', 'findings', 'checklist'];

export interface FormatInfo {
  id: string;
  name: Bilingual;
  mediaTypes: readonly string[];
  /** With the dot. */
  extensions: readonly string[];
  /** What may be submitted in it. */
  read: readonly ('parcels' | 'layers')[];
  /** What may be asked for in it. */
  written: readonly WrittenPart[];
  note: Bilingual;
}

export const formatList: readonly FormatInfo[] = [
  {
    id: 'geojson',
    name: { zh: 'GeoJSON（RFC 7946）', en: 'GeoJSON (RFC 7946)' },
    mediaTypes: ['application/geo+json', 'application/json'],
    extensions: ['.geojson', '.json'],
    read: ['parcels', 'layers'],
    written: onGround,
    note: {
      zh: '经纬度（EPSG:4490、4326），或 CGCS2000 高斯投影米制坐标（crs 成员或参数）。写出默认为 RFC 7946 经纬度，给 crs 则为该坐标系。',
      en: 'Lon/lat (EPSG:4490, 4326), or CGCS2000 Gauss–Krüger metres (member or parameter crs). Written as RFC 7946 degrees, or in the crs asked for.',
    },
  },
  {
    id: 'txt',
    name: { zh: '国土 TXT（勘测定界界址点坐标交换格式）', en: '国土 TXT (boundary point coordinates)' },
    mediaTypes: ['text/plain', 'application/octet-stream'],
    extensions: ['.txt'],
    read: ['parcels'],
    written: ['parcels'],
    note: {
      zh: 'GBK、UTF-8、UTF-16；属性行 9、5、13 列；4 列或 6 列界址点行；内外环由位置关系判定；带号、分带、坐标系须前后一致。写出为 9 列、GBK。',
      en: 'GBK, UTF-8, UTF-16; attribute lines of 9, 5 or 13 columns; point lines of 4 or 6; holes told by containment; zone, width and datum must agree. Written with 9 columns in GBK.',
    },
  },
  {
    id: 'csv',
    name: { zh: 'CSV（电子表格）', en: 'CSV (spreadsheets)' },
    mediaTypes: ['text/csv'],
    extensions: ['.csv'],
    read: ['parcels'],
    written: everyTable,
    note: {
      zh: '读入：须有 WKT 列（列名 WKT、geometry、图形等），UTF-8 或 GBK，须给 crs。写出：UTF-8 带 BOM；编码按文本，保留前导零；不会被当作公式执行；wkt=true 时带图形列。',
      en: 'Read: with a column of WKT (named WKT, geometry …), UTF-8 or GBK, crs must be given. Written: UTF-8 with BOM; codes as text with their zeros; nothing is run as a formula; wkt=true adds the geometry.',
    },
  },
  {
    id: 'shp',
    name: { zh: 'Shapefile（ZIP）', en: 'Shapefile (ZIP)' },
    mediaTypes: ['application/zip', 'application/octet-stream'],
    extensions: ['.zip'],
    read: ['parcels', 'layers'],
    written: everyTable,
    note: {
      zh: '.shp、.shx、.dbf、.prj 一起压缩，可有文件夹；多个面图层时用 layer 选择；属性编码依 .cpg、DBF 语言标识、内容（UTF-8，否则 GBK）判定并写明；缺 .prj 须给 crs。',
      en: '.shp, .shx, .dbf, .prj zipped together, folders allowed; layer chooses among several; text by .cpg, language driver, else UTF-8 or GBK by its bytes, and said; without .prj give crs.',
    },
  },
  {
    id: 'gdb',
    name: { zh: 'FileGDB（ZIP）', en: 'FileGDB (ZIP)' },
    mediaTypes: ['application/zip', 'application/octet-stream'],
    extensions: ['.zip'],
    read: ['parcels', 'layers'],
    written: [],
    note: {
      zh: '把整个 .gdb 文件夹压缩成 ZIP；多个面图层时用 layer 选择。',
      en: 'The whole .gdb folder as a ZIP; layer chooses among several layers.',
    },
  },
  {
    id: 'gpkg',
    name: { zh: 'GeoPackage', en: 'GeoPackage' },
    mediaTypes: ['application/geopackage+sqlite3', 'application/octet-stream'],
    extensions: ['.gpkg'],
    read: ['parcels', 'layers'],
    written: everyTable,
    note: { zh: '多个面图层时用 layer 选择。', en: 'layer chooses among several layers.' },
  },
  {
    id: 'dxf',
    name: { zh: 'DXF（CAD 文本）', en: 'DXF (text)' },
    mediaTypes: ['application/dxf', 'image/vnd.dxf', 'application/octet-stream'],
    extensions: ['.dxf'],
    read: ['parcels'],
    written: [],
    note: {
      zh: '须给 crs；闭合多段线与填充为地块，未闭合的按句柄列出并拒绝；多个 CAD 图层时用 layer 选择；注记不参与。',
      en: 'crs must be given; closed polylines and hatches are parcels, open ones are refused by handle; layer chooses the CAD layer; texts are left out.',
    },
  },
  {
    id: 'kml',
    name: { zh: 'KML、KMZ', en: 'KML, KMZ' },
    mediaTypes: ['application/vnd.google-earth.kml+xml', 'application/vnd.google-earth.kmz'],
    extensions: ['.kml', '.kmz'],
    read: ['parcels'],
    written: [],
    note: {
      zh: 'WGS 84，按 CGCS2000 处理并提示；须自行确认不是 GCJ-02、BD-09 偏移坐标。',
      en: 'WGS 84, taken as CGCS2000 with a warning; make sure that it is not GCJ-02 or BD-09.',
    },
  },
  {
    id: 'mapinfo',
    name: { zh: 'MapInfo（TAB、MIF 的 ZIP）', en: 'MapInfo (TAB or MIF as ZIP)' },
    mediaTypes: ['application/zip', 'application/octet-stream'],
    extensions: ['.zip', '.mif'],
    read: ['parcels'],
    written: [],
    note: {
      zh: '.tab、.dat、.map、.id（或 .mif、.mid）一起压缩；TAB 坐标为整数网格，分辨率会写明。',
      en: '.tab, .dat, .map, .id (or .mif, .mid) zipped together; TAB coordinates lie on a grid, whose resolution is said.',
    },
  },
  {
    id: 'fgb',
    name: { zh: 'FlatGeobuf', en: 'FlatGeobuf' },
    mediaTypes: ['application/flatgeobuf', 'application/octet-stream'],
    extensions: ['.fgb'],
    read: ['parcels', 'layers'],
    written: onGround,
    note: { zh: '坐标系依文件。', en: 'The CRS is that of the file.' },
  },
];
