/** DescribeFeatureType: a flat schema with prefixed xs: types, the only form that every client reads. */
import type { FieldType } from '../../layers/query/feature-table.js';
import { GEOMETRY } from '../../layers/query/feature-table.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import type { StandardAnswer } from '../standard.js';
import { NAMESPACE, PREFIX } from './names.js';
import type { WfsVersion } from './wfs-request.js';

const types: Readonly<Record<FieldType, string>> = {
  string: 'xs:string',
  number: 'xs:double',
  integer: 'xs:integer',
  boolean: 'xs:boolean',
  date: 'xs:date',
  timestamp: 'xs:dateTime',
};

const dialects = {
  '2.0.0': {
    gml: 'http://www.opengis.net/gml/3.2',
    schema: 'http://schemas.opengis.net/gml/3.2.1/gml.xsd',
    head: 'gml:AbstractFeature',
    type: 'application/gml+xml; version=3.2',
  },
  '1.1.0': {
    gml: 'http://www.opengis.net/gml',
    schema: 'http://schemas.opengis.net/gml/3.1.1/base/gml.xsd',
    head: 'gml:_Feature',
    type: 'text/xml; subtype=gml/3.1.1; charset=UTF-8',
  },
} as const;

export function describeTypes(
  collections: readonly FeatureCollection[],
  version: WfsVersion,
): StandardAnswer {
  const { gml, schema, head, type } = dialects[version];
  const body = collections
    .map(({ id, table }) => {
      const fields = table.fields.map(
        ({ name, type: fieldType }) =>
          `<xs:element name="${name}" type="${types[fieldType]}" minOccurs="0"/>`,
      );
      return `<xs:element name="${id}" type="${PREFIX}:${id}Type" substitutionGroup="${head}"/>
<xs:complexType name="${id}Type"><xs:complexContent><xs:extension base="gml:AbstractFeatureType"><xs:sequence>
<xs:element name="${GEOMETRY}" type="gml:MultiSurfacePropertyType" minOccurs="0"/>
${fields.join('\n')}
</xs:sequence></xs:extension></xs:complexContent></xs:complexType>`;
    })
    .join('\n');
  return {
    type,
    tag: collections.map(({ table }) => table.tag).join(','),
    body: `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:gml="${gml}" xmlns:${PREFIX}="${NAMESPACE}" targetNamespace="${NAMESPACE}" elementFormDefault="qualified" version="1.0">
<xs:import namespace="${gml}" schemaLocation="${schema}"/>
${body}
</xs:schema>
`,
  };
}
