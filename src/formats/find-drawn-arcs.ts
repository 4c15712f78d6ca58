/** Which entities of a DXF drawing are curved: GDAL hands them over as chords without saying so. */

/** Handles (group 5) of polylines with bulges (group 42), and of circles, arcs, ellipses and splines. */
export function findDrawnArcs(text: string): Set<string> {
  const handles = new Set<string>();
  let [entity, handle] = ['', ''];
  const lines = text.split(/\r\n|\n|\r/);
  const start = lines.findIndex((line) => line.trim() === 'ENTITIES');
  for (let i = Math.max(0, start - 1); i + 1 < lines.length; i += 2) {
    const code = lines[i]!.trim();
    const value = lines[i + 1]!.trim();
    if (code === '0') {
      // the vertices of an old polyline belong to it
      if (value !== 'VERTEX' && value !== 'SEQEND') [entity, handle] = [value, ''];
    } else if (code === '5' && handle === '') {
      handle = value;
      if (curved.includes(entity)) handles.add(handle);
    } else if (code === '42' && polylines.includes(entity) && Number(value) !== 0) handles.add(handle);
  }
  return handles;
}

const curved: readonly string[] = ['CIRCLE', 'ARC', 'ELLIPSE', 'SPLINE'];
const polylines: readonly string[] = ['LWPOLYLINE', 'POLYLINE'];
