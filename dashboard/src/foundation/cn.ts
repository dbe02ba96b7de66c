import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Class names in one text; of two that contradict each other the later one holds. shadcn/ui calls this `cn`. */
export function cn(...names: readonly ClassValue[]): string {
  return twMerge(clsx(names));
}
