/** GetCapabilities of both versions: what is offered, as the test suites of OGC want it told. */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { crsUrn, offeredCrs, STORAGE_EPSG } from '../crs.js';
import type { StandardAnswer, StandardRequest } from '../standard.js';
import { escapeXml } from './escape-xml.js';
import { COUNT_DEFAULT } from './feature-query.js';
import { NAMESPACE, PREFIX } from './names.js';
import type { WfsVersion } from './wfs-request.js';

const comparisonNames = [
  'PropertyIsEqualTo',
  'PropertyIsNotEqualTo',
  'PropertyIsLessThan',
  'PropertyIsGreaterThan',
  'PropertyIsLessThanOrEqualTo',
  'PropertyIsGreaterThanOrEqualTo',
  'PropertyIsLike',
  'PropertyIsNull',
  'PropertyIsNil',
  'PropertyIsBetween',
];
const spatialNames = [
  'BBOX',
  'Equals',
  'Disjoint',
  'Intersects',
  'Touches',
  'Crosses',
  'Within',
  'Contains',
  'Overlaps',
];
/** AnyInteracts is understood too, but the schema of FES 2.0 has no such name (filterCapabilities.xsd). */
const temporalNames = ['After', 'Before', 'During', 'TEquals'];
const geometryNames = [
  'Envelope',
  'Point',
  'MultiPoint',
  'LineString',
  'Curve',
  'MultiCurve',
  'Polygon',
  'Surface',
  'MultiSurface',
];

const value = (name: string, text: string): string =>
  `<ows:Constraint name="${name}"><ows:NoValues/><ows:DefaultValue>${text}</ows:DefaultValue></ows:Constraint>`;

export function readCapabilities(
  request: StandardRequest,
  collections: readonly FeatureCollection[],
  version: WfsVersion,
): StandardAnswer {
  const tag = `${version} ${collections.map(({ table }) => table.tag).join(',')}`;
  const body =
    version === '2.0.0' ? capabilities20(request, collections) : capabilities11(request, collections);
  return { type: version === '2.0.0' ? 'application/xml' : 'text/xml; charset=UTF-8', tag, body };
}

const texts = {
  title: { zh: '一张图预检 WFS', en: 'onemap-precheck WFS' },
  abstract: {
    zh: '自然资源“一张图”图层与预检成果。坐标系 CGCS2000（EPSG:4490），面积以服务内数字为准。',
    en: 'Layers of the one map and results of land-use checks, CGCS2000 (EPSG:4490).',
  },
};

function identification({ language }: StandardRequest, version: string): string {
  return `<ows:ServiceIdentification><ows:Title>${texts.title[language]}</ows:Title><ows:Abstract>${texts.abstract[language]}</ows:Abstract><ows:ServiceType>WFS</ows:ServiceType><ows:ServiceTypeVersion>${version}</ows:ServiceTypeVersion><ows:Fees>NONE</ows:Fees><ows:AccessConstraints>NONE</ows:AccessConstraints></ows:ServiceIdentification>
<ows:ServiceProvider><ows:ProviderName>onemap-precheck</ows:ProviderName><ows:ServiceContact/></ows:ServiceProvider>`;
}

const boxText = (box: FeatureCollection['box'], lower: boolean): string => {
  const [west, south, east, north] = box ?? [-180, -90, 180, 90];
  return lower ? `${west} ${south}` : `${east} ${north}`;
};

function typeList(collections: readonly FeatureCollection[], request: StandardRequest, old: boolean): string {
  const word = old ? 'SRS' : 'CRS';
  return collections
    .map(({ id, title, description, box }) => {
      const others = offeredCrs(box).filter((epsg) => epsg !== STORAGE_EPSG);
      return `<FeatureType><Name>${PREFIX}:${id}</Name><Title>${escapeXml(title[request.language])}</Title><Abstract>${escapeXml(description[request.language])}</Abstract>
<Default${word}>${crsUrn(STORAGE_EPSG)}</Default${word}>${others.map((epsg) => `<Other${word}>${crsUrn(epsg)}</Other${word}>`).join('')}
<ows:WGS84BoundingBox><ows:LowerCorner>${boxText(box, true)}</ows:LowerCorner><ows:UpperCorner>${boxText(box, false)}</ows:UpperCorner></ows:WGS84BoundingBox></FeatureType>`;
    })
    .join('\n');
}

const httpBinding = (base: string): string =>
  `<ows:DCP><ows:HTTP><ows:Get xlink:href="${escapeXml(base)}/wfs?"/><ows:Post xlink:href="${escapeXml(base)}/wfs"/></ows:HTTP></ows:DCP>`;

function capabilities20(request: StandardRequest, collections: readonly FeatureCollection[]): string {
  const allowed = (name: string, values: readonly string[]): string =>
    `<ows:Parameter name="${name}"><ows:AllowedValues>${values.map((one) => `<ows:Value>${one}</ows:Value>`).join('')}</ows:AllowedValues></ows:Parameter>`;
  const binding = httpBinding(request.base);
  const operation = (name: string, more = ''): string =>
    `<ows:Operation name="${name}">${binding}${more}</ows:Operation>`;
  const gml = ['application/gml+xml; version=3.2', 'text/xml; subtype=gml/3.2'];
  const resolve = allowed('resolve', ['local']);
  const count = value('CountDefault', String(COUNT_DEFAULT));
  const implemented: Readonly<Record<string, boolean>> = {
    ImplementsBasicWFS: true,
    ImplementsTransactionalWFS: false,
    ImplementsLockingWFS: false,
    KVPEncoding: true,
    XMLEncoding: true,
    SOAPEncoding: false,
    ImplementsInheritance: false,
    ImplementsRemoteResolve: false,
    ImplementsResultPaging: true,
    ImplementsStandardJoins: false,
    ImplementsSpatialJoins: false,
    ImplementsTemporalJoins: false,
    ImplementsFeatureVersioning: false,
    ManageStoredQueries: false,
    PagingIsTransactionSafe: false,
  };
  const truth = (yes: boolean): string => (yes ? 'TRUE' : 'FALSE');
  return `<?xml version="1.0" encoding="UTF-8"?>
<WFS_Capabilities xmlns="http://www.opengis.net/wfs/2.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:${PREFIX}="${NAMESPACE}" version="2.0.0" xsi:schemaLocation="http://www.opengis.net/wfs/2.0 http://schemas.opengis.net/wfs/2.0/wfs.xsd">
${identification(request, '2.0.0')}
<ows:OperationsMetadata>
${operation('GetCapabilities', allowed('AcceptVersions', ['2.0.0', '1.1.0']) + allowed('AcceptFormats', ['application/xml']))}
${operation('DescribeFeatureType', allowed('outputFormat', gml))}
${operation('GetFeature', allowed('outputFormat', [...gml, 'application/json']) + allowed('resultType', ['results', 'hits']) + resolve + count)}
${operation('GetPropertyValue', allowed('outputFormat', gml) + resolve + count)}
${operation('ListStoredQueries')}
${operation('DescribeStoredQueries')}
${allowed('version', ['2.0.0', '1.1.0'])}
${Object.entries(implemented)
  .map(([name, yes]) => value(name, truth(yes)))
  .join('\n')}
${count}
${value('QueryExpressions', 'wfs:Query')}
</ows:OperationsMetadata>
<FeatureTypeList>
${typeList(collections, request, false)}
</FeatureTypeList>
${filterCapabilities20()}
</WFS_Capabilities>
`;
}

function filterCapabilities20(): string {
  const classes: Readonly<Record<string, boolean>> = {
    ImplementsQuery: true,
    ImplementsAdHocQuery: true,
    ImplementsFunctions: false,
    ImplementsResourceId: true,
    ImplementsMinStandardFilter: true,
    ImplementsStandardFilter: true,
    ImplementsMinSpatialFilter: true,
    ImplementsSpatialFilter: true,
    ImplementsMinTemporalFilter: true,
    ImplementsTemporalFilter: true,
    ImplementsVersionNav: false,
    ImplementsSorting: true,
    ImplementsExtendedOperators: false,
    ImplementsMinimumXPath: true,
    ImplementsSchemaElementFunc: false,
  };
  const list = (names: readonly string[], write: (name: string) => string): string =>
    names.map(write).join('');
  return `<fes:Filter_Capabilities>
<fes:Conformance>${Object.entries(classes)
    .map(
      ([name, yes]) =>
        `<fes:Constraint name="${name}"><ows:NoValues/><ows:DefaultValue>${yes ? 'TRUE' : 'FALSE'}</ows:DefaultValue></fes:Constraint>`,
    )
    .join('')}</fes:Conformance>
<fes:Id_Capabilities><fes:ResourceIdentifier name="fes:ResourceId"/></fes:Id_Capabilities>
<fes:Scalar_Capabilities><fes:LogicalOperators/><fes:ComparisonOperators>${list(comparisonNames, (name) => `<fes:ComparisonOperator name="${name}"/>`)}</fes:ComparisonOperators></fes:Scalar_Capabilities>
<fes:Spatial_Capabilities><fes:GeometryOperands>${list(geometryNames, (name) => `<fes:GeometryOperand name="gml:${name}"/>`)}</fes:GeometryOperands><fes:SpatialOperators>${list(spatialNames, (name) => `<fes:SpatialOperator name="${name}"/>`)}</fes:SpatialOperators></fes:Spatial_Capabilities>
<fes:Temporal_Capabilities><fes:TemporalOperands><fes:TemporalOperand name="gml:TimeInstant"/><fes:TemporalOperand name="gml:TimePeriod"/></fes:TemporalOperands><fes:TemporalOperators>${list(temporalNames, (name) => `<fes:TemporalOperator name="${name}"/>`)}</fes:TemporalOperators></fes:Temporal_Capabilities>
</fes:Filter_Capabilities>`;
}

function capabilities11(request: StandardRequest, collections: readonly FeatureCollection[]): string {
  const binding = httpBinding(request.base);
  const parameter = (name: string, values: readonly string[]): string =>
    `<ows:Parameter name="${name}">${values.map((one) => `<ows:Value>${one}</ows:Value>`).join('')}</ows:Parameter>`;
  const operation = (name: string, more = ''): string =>
    `<ows:Operation name="${name}">${binding}${more}</ows:Operation>`;
  const formats = parameter('outputFormat', ['text/xml; subtype=gml/3.1.1', 'application/json']);
  const old: Readonly<Record<string, string>> = {
    PropertyIsEqualTo: 'EqualTo',
    PropertyIsNotEqualTo: 'NotEqualTo',
    PropertyIsLessThan: 'LessThan',
    PropertyIsGreaterThan: 'GreaterThan',
    PropertyIsLessThanOrEqualTo: 'LessThanEqualTo',
    PropertyIsGreaterThanOrEqualTo: 'GreaterThanEqualTo',
    PropertyIsLike: 'Like',
    PropertyIsNull: 'NullCheck',
    PropertyIsBetween: 'Between',
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<WFS_Capabilities xmlns="http://www.opengis.net/wfs" xmlns:wfs="http://www.opengis.net/wfs" xmlns:ows="http://www.opengis.net/ows" xmlns:gml="http://www.opengis.net/gml" xmlns:ogc="http://www.opengis.net/ogc" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:${PREFIX}="${NAMESPACE}" version="1.1.0" xsi:schemaLocation="http://www.opengis.net/wfs http://schemas.opengis.net/wfs/1.1.0/wfs.xsd">
${identification(request, '1.1.0')}
<ows:OperationsMetadata>
${operation('GetCapabilities', parameter('AcceptVersions', ['2.0.0', '1.1.0']) + parameter('AcceptFormats', ['text/xml']))}
${operation('DescribeFeatureType', parameter('outputFormat', ['text/xml; subtype=gml/3.1.1']))}
${operation('GetFeature', parameter('resultType', ['results', 'hits']) + formats)}
</ows:OperationsMetadata>
<FeatureTypeList><Operations><Operation>Query</Operation></Operations>
${typeList(collections, request, true)}
</FeatureTypeList>
<ogc:Filter_Capabilities>
<ogc:Spatial_Capabilities><ogc:GeometryOperands>${['Envelope', 'Point', 'LineString', 'Polygon'].map((name) => `<ogc:GeometryOperand>gml:${name}</ogc:GeometryOperand>`).join('')}</ogc:GeometryOperands><ogc:SpatialOperators>${spatialNames.map((name) => `<ogc:SpatialOperator name="${name}"/>`).join('')}</ogc:SpatialOperators></ogc:Spatial_Capabilities>
<ogc:Scalar_Capabilities><ogc:LogicalOperators/><ogc:ComparisonOperators>${Object.values(old)
    .map((name) => `<ogc:ComparisonOperator>${name}</ogc:ComparisonOperator>`)
    .join('')}</ogc:ComparisonOperators></ogc:Scalar_Capabilities>
<ogc:Id_Capabilities><ogc:EID/><ogc:FID/></ogc:Id_Capabilities>
</ogc:Filter_Capabilities>
</WFS_Capabilities>
`;
}
