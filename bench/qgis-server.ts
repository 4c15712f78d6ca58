/** QGIS Server over the same plain table: the other peer of the services part. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FastCgi, isInstalled, newPlace, startFastCgi } from './fast-cgi.js';
import type { PeerTable } from './peer-table.js';

const QGIS = '/usr/lib/cgi-bin/qgis_mapserv.fcgi';

export interface QgisServer extends FastCgi {
  /** Ends so that parameters can follow with `&`; WFS 1.1.0 is what it speaks. */
  wfs: string;
  /** Landing page of its OGC API – Features. */
  ogcApi: string;
}

export const whyNoQgisServer = (): string | undefined =>
  isInstalled(QGIS)
    ? undefined
    : 'QGIS Server and lighttpd are not installed (Debian: qgis-server-bin, qgis-server-wfs, qgis-server-wfs3, lighttpd)';

export async function startQgisServer(table: PeerTable): Promise<QgisServer> {
  const place = await newPlace('qgis');
  const { folder, url } = place;
  writeFileSync(join(folder, 'bench.qgs'), project(table));
  const environment = {
    QGIS_PROJECT_FILE: join(folder, 'bench.qgs'),
    QGIS_SERVER_API_WFS3_MAX_LIMIT: '1000000',
    QT_QPA_PLATFORM: 'offscreen',
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
  };
  const wfs = `${url}?service=WFS`;
  const running = await startFastCgi(place, QGIS, environment, `${wfs}&request=GetCapabilities`);
  return { ...running, wfs, ogcApi: `${url}/wfs3` };
}

/** QGIS takes no CRS from its id alone. */
const CGCS2000 =
  'GEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101]],CS[ellipsoidal,2],AXIS["geodetic latitude (Lat)",north],AXIS["geodetic longitude (Lon)",east],ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",4490]]';

/** QGIS gives a layer another id where this one has ten signs or fewer. */
const LAYER = 'dltb_of_the_bench';

const inXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Nine decimals in GML; its GeoJSON always has six. */
function project({ sorted, words }: PeerTable): string {
  const quoted = Object.entries(words).map(([name, value]) => `${name}='${value}'`);
  const source = `${quoted.join(' ')} key='fid' estimatedmetadata=true srid=4490 type=MultiPolygon table="${sorted}" (geom)`;
  return `<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis projectname="bench" version="3.22.16"><title>bench</title><projectlayers><maplayer type="vector" geometry="Polygon" wkbType="MultiPolygon"><id>${LAYER}</id><datasource>${inXml(source)}</datasource><layername>dltb</layername><srs><spatialrefsys nativeFormat="Wkt"><wkt>${inXml(CGCS2000)}</wkt><authid>EPSG:4490</authid></spatialrefsys></srs><provider encoding="UTF-8">postgres</provider><flags><Identifiable>1</Identifiable><Searchable>1</Searchable></flags></maplayer></projectlayers><properties><WFSLayers type="QStringList"><value>${LAYER}</value></WFSLayers><WFSLayersPrecision><${LAYER} type="int">9</${LAYER}></WFSLayersPrecision></properties></qgis>`;
}
