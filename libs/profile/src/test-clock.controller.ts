import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Clock, TestClock } from '@assent/kernel';
import { invalid } from '@assent/http';
import { IsString } from 'class-validator';
import { Due, type Still } from './due.js';

export class TestClockDto {
  @IsString()
  now!: string;
}

/**
 * Sets the time of every rule and answers when what became due has run. Mounted only with ASSENT_TEST_CLOCK=1. Of several
 * services the gateway sets the time of each, and has them run what is due round by round.
 */
@ApiExcludeController()
@Controller('test/clock')
export class TestClockController {
  constructor(
    private readonly clock: Clock,
    private readonly due: Due,
  ) {}

  @Get()
  show(): { now: string } {
    return { now: new Date(this.clock.now()).toISOString() };
  }

  @Post()
  @HttpCode(200)
  async pass(@Body() body: TestClockDto): Promise<{ now: string }> {
    await this.due.run(); // what follows from what was done belongs to the time before
    this.set(body);
    await this.due.run();
    return this.show();
  }

  /** Sets the time of this process, and runs nothing. */
  @Put()
  set(@Body() { now }: TestClockDto): { now: string } {
    const instant = Date.parse(now);
    if (Number.isNaN(instant) || !(this.clock instanceof TestClock)) {
      throw invalid('/now', 'must be an RFC 3339 instant with offset');
    }
    this.clock.set(instant);
    return this.show();
  }

  /** One round of what is due in this process. */
  @Post('due')
  @HttpCode(200)
  round(): Promise<Still> {
    return this.due.round();
  }
}
