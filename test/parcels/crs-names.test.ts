import { describe, expect, it } from 'vitest';
import { crsTable } from '../../src/core/crs.js';
import { readCrsName } from '../../src/parcels/crs-names.js';

const short = (name: string): string | number => {
  const reading = readCrsName(name);
  if (reading.kind === 'crs') return reading.crs.epsg;
  if (reading.kind === 'unusable') return reading.system;
  return reading.kind === 'unknown' ? 'unknown' : reading.datum;
};

describe('readCrsName', () => {
  it.each<[string, string | number]>([
    ['4547', 4547],
    ['EPSG:4547', 4547],
    [' epsg: 4547 ', 4547],
    ['EPSG::4547', 4547],
    ['[EPSG:4547]', 4547],
    ['urn:ogc:def:crs:EPSG::4547', 4547],
    ['urn:ogc:def:crs:EPSG:9.9.1:4526', 4526],
    ['urn:x-ogc:def:crs:EPSG:4526', 'unknown'],
    ['http://www.opengis.net/def/crs/EPSG/0/4547', 4547],
    ['https://www.opengis.net/def/crs/EPSG/9.9/4490', 4490],
    ['http://www.opengis.net/gml/srs/epsg.xml#4490', 4490],
    ['OGC:CRS84', 4326],
    ['CRS84', 4326],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 4326],
    ['urn:ogc:def:crs:OGC::CRS84', 4326],
    ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 4326],
    ['WGS 84', 4326],
    ['GCS_WGS_1984', 4326],
    ['CGCS2000', 4490],
    ['China Geodetic Coordinate System 2000', 4490],
    ['GCS_China_Geodetic_Coordinate_System_2000', 4490],
    ['2000国家大地坐标系', 4490],
    ['CGCS2000 / 3-degree Gauss-Kruger zone 38', 4526],
    ['CGCS2000 / 3-degree Gauss-Krüger zone 38', 4526],
    ['CGCS2000_3_Degree_GK_Zone_38', 4526],
    ['CGCS2000 / 3-degree Gauss-Kruger CM 114E', 4547],
    ['CGCS2000_3_Degree_GK_CM_114E', 4547],
    ['CGCS2000 / Gauss-Kruger zone 19', 4497],
    ['CGCS2000_GK_Zone_19', 4497],
    ['CGCS2000 / Gauss-Kruger CM 111E', 4508],
    ['CGCS2000_GK_CM_111E', 4508],
    ['CGCS2000 3度带 第38带', 4526],
    ['2000国家大地坐标系 高斯投影 3度带 中央经线114', 4547],
    ['CGCS2000 / 6-degree zone 38', 'unknown'],
    ['CGCS2000 Gauss-Kruger', 'unknown'],
    ['EPSG:4480', 4490],
    ['EPSG:3857', 'web-mercator'],
    ['EPSG:900913', 'web-mercator'],
    ['WGS 84 / Pseudo-Mercator', 'web-mercator'],
    ['EPSG:4479', 'geocentric'],
    ['EPSG:4610', 'xian80'],
    ['EPSG:2362', 'xian80'],
    ['EPSG:2383', 'xian80'],
    ['Xian_1980_3_Degree_GK_Zone_38', 'xian80'],
    ['GCS_Xian_1980', 'xian80'],
    ["Xi'an 80", 'xian80'],
    ['1980西安坐标系', 'xian80'],
    ['西安80', 'xian80'],
    ['EPSG:2414', 'beijing54'],
    ['EPSG:21419', 'beijing54'],
    ['Beijing_1954_3_Degree_GK_Zone_38', 'beijing54'],
    ['GCS_Beijing_1954', 'beijing54'],
    ['1954年北京坐标系', 'beijing54'],
    ['北京54', 'beijing54'],
    ['New Beijing', 'beijing54'],
    ['GCJ-02', 'gcj02'],
    ['火星坐标系', 'gcj02'],
    ['BD09', 'bd09'],
    ['EPSG:32649', 'unknown'],
    ['WGS 84 / UTM zone 49N', 'unknown'],
    ['EPSG:104547', 'unknown'],
    ['EPSG:4547+5737', 'unknown'],
    ['', 'unknown'],
    ['4547; drop table', 'unknown'],
  ])('%j → %s', (name, expected) => {
    expect(short(name)).toBe(expected);
  });

  it('finds every system of the table by code, and every Gauss–Krüger one by its EPSG and Esri names', () => {
    for (const crs of crsTable.values()) {
      expect(short(`EPSG:${crs.epsg}`)).toBe(crs.epsg);
      if (crs.kind !== 'gauss-kruger') continue;
      const where = crs.zonePrefix ? `zone ${crs.zone}` : `CM ${crs.centralMeridian}E`;
      const width = crs.zoneWidth === 3 ? '3-degree ' : '';
      expect(short(`CGCS2000 / ${width}Gauss-Kruger ${where}`)).toBe(crs.epsg);
      const esri = `CGCS2000_${crs.zoneWidth === 3 ? '3_Degree_' : ''}GK_${where.replace(' ', '_')}`;
      expect(short(esri)).toBe(crs.epsg);
    }
  });
});
