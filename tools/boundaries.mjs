// Who may import what, as an ESLint rule: by the nx tag of the project and the suffix of the file.
import { basename, dirname, join, resolve, sep } from 'node:path';
import { projects, readManifest, root } from './workspace.mjs';

const ANY = () => true;
const only =
  (...names) =>
  (name) =>
    names.some((allowed) => name === allowed || name.startsWith(`${allowed}/`));

// Doors: files of a concept that may import more packages than its rules do.
const DOORS = [
  { file: /\.controller\.tsx?$/, packages: only('@nestjs', 'fastify', 'node:stream') },
  { file: /\.reaction\.ts$/, packages: only('@nestjs/microservices', '@nestjs/common') },
  { file: /\.dto\.ts$/, packages: only('@nestjs/swagger', 'class-validator', 'class-transformer') },
  { file: /\.module\.ts$/, packages: only('@nestjs') },
  { file: /\.page\.tsx$/, packages: only('preact') },
  // A class that Nest makes: one decorator, no more of Nest.
  { file: /\.service\.ts$/, packages: only('@nestjs/common') },
];

const FOUNDATIONS = ['kernel', 'contract', 'port', 'policy', 'runtime', 'http', 'pages'];

// For each layer, the layers whose projects and the packages that its files may import. Node's own
// modules count as packages: `node:fs`.
const LAYERS = {
  kernel: { layers: [], packages: only() },
  contract: { layers: ['kernel'], packages: only('typebox') },
  port: { layers: ['kernel', 'contract'], packages: only() },
  policy: {
    layers: ['kernel', 'contract'],
    packages: only('ajv', 'typebox', 'yaml', 'temporal-polyfill', 'node:fs', 'node:path', 'node:crypto'),
  },
  runtime: {
    layers: ['kernel', 'contract', 'port', 'policy'],
    packages: only('@nestjs/common', '@nestjs/microservices', 'rxjs', 'node:crypto'),
  },
  http: { layers: ['kernel', 'contract', 'port', 'policy', 'runtime'], packages: ANY },
  pages: {
    layers: ['kernel', 'contract', 'port', 'policy', 'http'],
    packages: only('preact', 'fastify', '@nestjs', 'node:crypto'),
  },
  concept: { layers: FOUNDATIONS, packages: only('node:crypto'), doors: DOORS },
  composite: {
    layers: [...FOUNDATIONS, 'concept', 'composite'],
    packages: only('node:crypto'),
    doors: DOORS,
  },
  adapter: { layers: ['kernel', 'contract', 'port'], packages: ANY },
  // What all integrations share; no integration imports another.
  kit: { layers: ['kernel', 'contract', 'port'], packages: ANY },
  integration: { layers: ['kernel', 'contract', 'port', 'kit'], packages: ANY },
  // Apps share one: what all of them start with.
  app: {
    layers: [...FOUNDATIONS, 'concept', 'composite', 'adapter', 'kit', 'integration', 'app'],
    packages: ANY,
  },
  journeys: { layers: ['app', 'kernel', 'contract', 'port', 'policy', 'kit', 'integration'], packages: ANY },
};

// Files that are never shipped may import any package, development ones too.
const NOT_SHIPPED = /[.-]spec\.tsx?$/;

const all = projects();
const shipped = Object.keys(readManifest('').dependencies);

for (const { name, tags } of all) {
  if (tags.length !== 1 || !(tags[0] in LAYERS)) {
    throw new Error(`${name}: needs exactly one nx tag of ${Object.keys(LAYERS).join(', ')}`);
  }
}

const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** What is wrong with the import of `specifier` in `file`, if anything. */
function fault(file, specifier) {
  const project = all.find(({ dir }) => file.startsWith(join(root, dir) + sep));
  if (project === undefined) return;
  const [layer] = project.tags;
  const { layers, packages, doors = [] } = LAYERS[layer];

  if (specifier.startsWith('.')) {
    const target = resolve(dirname(file), specifier);
    return target.startsWith(join(root, project.dir) + sep)
      ? undefined
      : 'A relative import may not leave the project.';
  }
  const name = packageOf(specifier);
  const other = all.find((candidate) => candidate.name === name);
  if (other !== undefined) {
    if (specifier !== name) return `Import ${name} by its name alone.`;
    if (!project.needs.includes(name))
      return `${name} is missing in the dependencies of ${project.dir}/package.json.`;
    if (layers.includes(other.tags[0])) return;
    return `The ${layer} layer may not import the ${other.tags[0]} layer.`;
  }
  if (NOT_SHIPPED.test(file) || layer === 'journeys') return;
  if (!name.startsWith('node:') && !shipped.includes(name))
    return `${name} is not among the root's dependencies.`;
  if (packages(name) || doors.some((door) => door.file.test(file) && door.packages(name))) return;
  return `${name} is not for ${basename(file)} of the ${layer} layer.`;
}

/** @type {import('eslint').Rule.RuleModule} */
const imports = {
  create(context) {
    const check = ({ source }) => {
      const message = typeof source?.value === 'string' && fault(context.filename, source.value);
      if (message) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
    };
  },
};

export const boundaries = {
  files: ['**/*.{ts,tsx}'],
  plugins: { boundaries: { rules: { imports } } },
  rules: { 'boundaries/imports': 'error' },
};
