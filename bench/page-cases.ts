/** The questions of the services part, each as every server wants to be asked. */
import type { Box } from '../src/core/geometry-types.js';
import type { MapServer } from './map-server.js';
import { peerFields } from './peer-table.js';
import type { QgisServer } from './qgis-server.js';

export interface PageCase {
  name: string;
  /** Features that every answer must hold; 0: a number only. */
  features: number;
  ours: string;
  mapServer?: string;
  qgis?: string;
}

export interface Peers {
  mapServer: MapServer | undefined;
  qgis: QgisServer | undefined;
}

/** About a hundred patches of a hectare and a bit more, in the middle of the city. */
function boxOf100([west, south, east, north]: Box): { lonLat: string; latLon: string } {
  const [lon, lat] = [(west + east) / 2, (south + north) / 2];
  const [right, top] = [lon + 0.011, lat + 0.009];
  return { lonLat: `${lon},${lat},${right},${top}`, latLon: `${lat},${lon},${top},${right}` };
}

export function pageCases(url: string, { mapServer, qgis }: Peers, city: Box): PageCase[] {
  const box = boxOf100(city);
  const fields = peerFields.join(',');
  const ours = (more: string): string =>
    `${url}/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames=om:dltb&propertyname=geom,${fields}&${more}`;
  const map = (more: string) =>
    mapServer && {
      mapServer: `${mapServer.wfs}&service=WFS&version=2.0.0&request=GetFeature&typenames=dltb&${more}`,
    };
  const qgs = (more: string) =>
    qgis && { qgis: `${qgis.wfs}&version=1.1.0&request=GetFeature&typename=dltb&${more}` };
  const wfs = (name: string, features: number, more: string, qgisMore: string): PageCase => ({
    ...{ name, features, ours: ours(more) },
    ...map(more),
    ...qgs(qgisMore),
  });
  const json = '&outputformat=geojson';
  const urn = `&bbox=${box.latLon},urn:ogc:def:crs:EPSG::4490`;
  const plain = `&bbox=${box.lonLat},EPSG:4490`;
  const pages = [1_000, 10_000].flatMap((count) => {
    const size = count.toLocaleString('en');
    return [
      wfs(`WFS GML ${size}`, count, `count=${count}`, `maxfeatures=${count}`),
      wfs(`WFS GeoJSON ${size}`, count, `count=${count}${json}`, `maxfeatures=${count}${json}`),
    ];
  });
  return [
    ...pages,
    wfs('WFS GML bbox of 100', 100, `count=100${urn}`, `maxfeatures=100${plain}`),
    wfs('WFS GeoJSON bbox of 100', 100, `count=100${json}${urn}`, `maxfeatures=100${json}${plain}`),
    wfs('WFS one item', 1, 'resourceid=dltb.777', 'featureid=dltb.777'),
    wfs('WFS hits', 0, 'resulttype=hits', 'resulttype=hits'),
    ...apiCases(url, { mapServer, qgis }, box.lonLat, fields),
  ];
}

function apiCases(url: string, { mapServer, qgis }: Peers, box: string, fields: string): PageCase[] {
  const api = (name: string, features: number, path: string, ourPath = path): PageCase => ({
    ...{ name: `OGC API ${name}`, features, ours: `${url}/ogc/collections/dltb/items${ourPath}` },
    ...(mapServer && {
      mapServer: `${mapServer.ogcApi}/collections/dltb/items${path}${path.includes('?') ? '&' : '?'}f=json`,
    }),
    ...(qgis && { qgis: `${qgis.ogcApi}/collections/dltb/items${path}` }),
  });
  const page = (name: string, features: number, query: string): PageCase =>
    api(name, features, `?${query}`, `?${query}&properties=${fields}`);
  return [
    page('1,000', 1_000, 'limit=1000'),
    page('10,000', 10_000, 'limit=10000'),
    page('bbox of 100', 100, `limit=100&bbox=${box}`),
    api('one item', 1, '/777', '/dltb.777'),
  ];
}
