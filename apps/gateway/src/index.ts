export { createGateway } from './gateway.js';
export { nginxConfiguration, ROUTES, serviceOf, SERVICES, type ServiceName } from './routes.js';
export { readUpstreams, type Upstreams } from './upstreams.js';
