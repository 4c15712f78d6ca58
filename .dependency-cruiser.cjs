// The allowed arrows between rooms, as data. A room may import itself and what is listed; anything else fails.
const arrows = {
  main: ['cli'],
  cli: [
    'http',
    'documents',
    'checks',
    'measures',
    'supply',
    'policy',
    'overlay',
    'parcels',
    'layers',
    'formats',
    'jobs',
    'geometry',
    'database',
    'core',
    'sample-data',
  ],
  http: [
    'ogc',
    'web',
    'documents',
    'checks',
    'measures',
    'supply',
    'policy',
    'overlay',
    'parcels',
    'layers',
    'formats',
    'jobs',
    'database',
    'core',
  ],
  ogc: ['checks', 'measures', 'supply', 'policy', 'layers', 'jobs', 'database', 'geometry', 'core'],
  web: ['core'],
  documents: ['checks', 'formats', 'layers', 'geometry', 'core'],
  checks: ['policy', 'overlay', 'parcels', 'layers', 'formats', 'geometry', 'database', 'core'],
  measures: ['policy', 'overlay', 'parcels', 'layers', 'formats', 'geometry', 'database', 'core'],
  supply: ['policy', 'overlay', 'parcels', 'layers', 'formats', 'geometry', 'database', 'core'],
  policy: ['core'],
  overlay: ['parcels', 'layers', 'geometry', 'database', 'core'],
  parcels: ['formats', 'geometry', 'core'],
  layers: ['formats', 'jobs', 'geometry', 'database', 'core'],
  formats: ['geometry', 'core'],
  jobs: ['database', 'core'],
  geometry: ['core'],
  database: ['core'],
  core: [],
  'sample-data': ['geometry', 'core'],
};

const roomPath = (room) =>
  room === 'main' ? '^src/main\\.ts$' : room === 'sample-data' ? '^sample-data/' : `^src/${room}/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan-rooms',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(arrows).map(roomPath) },
      to: {},
    },
    {
      name: 'not-to-test',
      severity: 'error',
      from: { path: '^(src|sample-data)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'only-cli-reads-env',
      severity: 'error',
      from: { pathNot: '^(src/cli/|src/main|bench/|test/)' },
      to: { path: '^(node:)?process$' },
    },
    ...Object.entries(arrows).map(([room, targets]) => ({
      name: `arrow-${room}`,
      comment: `${room} may import: ${targets.join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: roomPath(room) },
      to: { path: '^(src|sample-data)/', pathNot: [room, ...targets].map(roomPath) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
