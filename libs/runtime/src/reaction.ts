import { applyDecorators, Catch, Controller, UseFilters } from '@nestjs/common';
import { BaseRpcContext, EventPattern } from '@nestjs/microservices';
import type { RpcExceptionFilter } from '@nestjs/common';
import { topicOf, type StoredEvent } from '@assent/contract';
import type { ConceptName } from '@assent/kernel';
import { throwError, type Observable } from 'rxjs';

/** `@Ctx()` of a reaction. */
export class EventContext extends BaseRpcContext<[event: StoredEvent]> {
  get event(): StoredEvent {
    return this.args[0];
  }
}

/** Hands on what was thrown. Without it Nest logs the error and hands on `Internal server error`. */
@Catch()
export class SurfaceErrors implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** A class with `@On` methods. It belongs into `controllers`: Nest does not look for patterns in providers. */
export const Reactions = (): ClassDecorator => applyDecorators(Controller(), UseFilters(SurfaceErrors));

/**
 * An `@EventPattern` with a checkpoint of its own. `consumer` names the checkpoint for ever (`consent.end-on-objection`);
 * the method gets `@Payload() event: StoredEvent<…>`, is awaited, tried again when it rejects, and parked one by one.
 */
export const On = (consumer: string, ...concepts: readonly ConceptName[]): MethodDecorator =>
  EventPattern<string[]>(concepts.map(topicOf), { consumer });
