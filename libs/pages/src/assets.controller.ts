import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Policies } from '@assent/policy';
import { brandCss } from './brand.js';
import { PAGE_CSS } from './style.js';

/** The style of the public pages, as files: no inline style has to be allowed. */
@ApiExcludeController()
@Controller('assets')
export class AssetsController {
  constructor(private readonly policies: Policies) {}

  @Get('assent.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  style(): string {
    return PAGE_CSS;
  }

  /** A tenant's colour, from its text `brand.colour` (`#rrggbb`); empty when it has none. */
  @Get('brands/:file')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  brand(@Param('file') file: string): string {
    const tenant = file.replace(/\.css$/, '');
    return brandCss(this.policies.has(tenant) ? this.policies.text(tenant, 'brand.colour') : undefined);
  }
}
