import { BlockList } from 'node:net';
import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** What a proxy adds when it passes on somebody else's request. */
const PASSED_ON = /^(?:forwarded|via|x-real-ip|x-forwarded-.*|.*-connecting-ip|true-client-ip)$/;
/** A name that a browser reaches only this machine by; another one was pointed here by a stranger (DNS rebinding). */
const OWN_NAME = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Lets in only programs on this machine: the connection itself comes from it, no proxy says that it passes a request on,
 * and the request is addressed to this machine by its own name. Everybody else finds nothing there.
 */
@Injectable()
export class ThisMachineGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers, raw } = context.switchToHttp().getRequest<FastifyRequest>();
    const peer = raw.socket.remoteAddress ?? '';
    const isNear = LOOPBACK.check(peer, peer.includes(':') ? 'ipv6' : 'ipv4');
    if (
      isNear &&
      OWN_NAME.test(headers.host ?? '') &&
      !Object.keys(headers).some((name) => PASSED_ON.test(name))
    )
      return true;
    throw new NotFoundException();
  }
}
