import { CircleHelp, Monitor, Moon, Sun } from 'lucide-react';
import { Button } from '@/components/ui/button.tsx';
import { chooseTheme, THEMES, useTheme, type Theme } from '@/lib/theme.ts';

const ICONS = { system: Monitor, light: Sun, dark: Moon };

/** Goes through the themes, and opens the list of keys. */
export function ThemeToggle({ onHelp }: { readonly onHelp: () => void }) {
  const theme = useTheme();
  const next: Theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const Icon = ICONS[theme];
  return (
    <div className="ml-auto flex">
      <Button
        variant="ghost"
        size="icon"
        aria-label={`Colours: ${theme}. Change to ${next}`}
        title={`Colours: ${theme}`}
        onClick={() => chooseTheme(next)}
      >
        <Icon aria-hidden />
      </Button>
      <Button
        variant="ghost"
        size="icon"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={onHelp}
      >
        <CircleHelp aria-hidden />
      </Button>
    </div>
  );
}
