export { NodeKeyring } from './keyring.js';
export { readOrMakeSecret } from './secret-file.js';
