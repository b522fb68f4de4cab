export { everyTool, integrationsFor } from './every-tool.js';
export type { StandIn } from './stand-in.js';
