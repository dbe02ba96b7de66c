import type { Overview } from '../../../../app/core/contracts/http/overview.ts';
import { formatDay } from '@/lib/format.ts';

type Day = Overview['by_day'][number];

/** One kind of value of a day; several are stacked. */
export interface Series {
  readonly name: string;
  /** Its colour. */
  readonly className: string;
  readonly valueOf: (day: Day) => number;
}

const HEIGHT = 150;
const STEP = 12;
const BAR = 9;

/** A round number at or above the highest bar, so that the scale has no odd end. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * size >= value) ?? 10;
  return factor * size;
}

/** Bars of days, oldest first; each day's figures are told on hovering, and in a table for who does not see bars. */
export function DayChart(props: {
  readonly label: string;
  readonly days: readonly Day[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}) {
  const { days, series, format } = props;
  const totals = days.map((day) => series.reduce((sum, { valueOf }) => sum + valueOf(day), 0));
  const top = roundUp(Math.max(0, ...totals));
  const width = days.length * STEP;
  return (
    <figure>
      <div className="grid grid-cols-[1fr_auto] gap-x-2 text-xs text-muted-foreground tabular-nums">
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" className="h-40 w-full" aria-hidden>
          {[0, 0.5, 1].map((line) => (
            <line
              key={line}
              x1={0}
              x2={width}
              y1={line * (HEIGHT - 1) + 0.5}
              y2={line * (HEIGHT - 1) + 0.5}
              className="stroke-border"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {days.map((day, at) => (
            <Bars key={day.day} day={day} at={at} top={top} series={series} format={format} />
          ))}
        </svg>
        <span className="flex flex-col justify-between text-right" aria-hidden>
          <span>{format(top)}</span>
          <span>{format(0)}</span>
        </span>
        <span className="flex justify-between pt-1" aria-hidden>
          <span>{days[0] && formatDay(days[0].day)}</span>
          <span>{days.at(-1) && 'today'}</span>
        </span>
      </div>
      {series.length > 1 && <Legend series={series} />}
      <Table {...props} />
    </figure>
  );
}

function Bars(props: {
  readonly day: Day;
  readonly at: number;
  readonly top: number;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}) {
  const { day, at, top, series, format } = props;
  let y = HEIGHT;
  const said = series.map(({ name, valueOf }) => `${format(valueOf(day))} ${name}`).join(', ');
  return (
    <g>
      <title>{`${formatDay(day.day)}: ${said}`}</title>
      <rect x={at * STEP} y={0} width={STEP} height={HEIGHT} className="fill-transparent hover:fill-accent" />
      {series.map(({ name, className, valueOf }) => {
        const height = (valueOf(day) / top) * (HEIGHT - 2);
        y -= height;
        return (
          <rect
            key={name}
            x={at * STEP + (STEP - BAR) / 2}
            y={y}
            width={BAR}
            height={height}
            className={`pointer-events-none ${className}`}
          />
        );
      })}
    </g>
  );
}

function Legend({ series }: { readonly series: readonly Series[] }) {
  return (
    <figcaption className="mt-2 flex gap-4 text-xs text-muted-foreground">
      {series.map(({ name, className }) => (
        <span key={name} className="flex items-center gap-1.5">
          <svg viewBox="0 0 8 8" className="size-2.5" aria-hidden>
            <rect width="8" height="8" rx="2" className={className} />
          </svg>
          {name}
        </span>
      ))}
    </figcaption>
  );
}

function Table({ label, days, series, format }: Parameters<typeof DayChart>[0]) {
  return (
    <table className="sr-only">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          {series.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day.day}>
            <th scope="row">{formatDay(day.day)}</th>
            {series.map(({ name, valueOf }) => (
              <td key={name}>{format(valueOf(day))}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
