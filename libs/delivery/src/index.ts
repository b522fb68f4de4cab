export type { BreakerState } from './breaker.js';
export { checkIntegrations, CONNECTOR_KINDS, type WhyInactive } from './connectors.js';
export { DeliveryModule } from './delivery.module.js';
export { desiredFor, type Known, type Place } from './desired.js';
export { Integrations } from './integrations.service.js';
export { DeliveryMetrics, type IntegrationReport } from './metrics.js';
export { Planner } from './planner.service.js';
export { STOP_INCIDENT_MS, STOP_PAGE_MS } from './schedule.js';
export { DELIVERY_SETTINGS, DeliveryWorker, type DeliverySettings } from './worker.service.js';
