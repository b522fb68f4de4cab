import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Clock, TestClock } from '@assent/kernel';
import { invalid } from '@assent/http';
import { IsString } from 'class-validator';
import { Due } from './due.js';

export class TestClockDto {
  @IsString()
  now!: string;
}

/** Sets the time of every rule and answers when what became due has run. Mounted only with ASSENT_TEST_CLOCK=1. */
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
  async set(@Body() { now }: TestClockDto): Promise<{ now: string }> {
    const instant = Date.parse(now);
    if (Number.isNaN(instant) || !(this.clock instanceof TestClock)) {
      throw invalid('/now', 'must be an RFC 3339 instant with offset');
    }
    await this.due.run(); // what follows from what was done belongs to the time before
    this.clock.set(instant);
    await this.due.run();
    return this.show();
  }
}
