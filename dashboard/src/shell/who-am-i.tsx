import type { Me } from '../../../app/core/contracts/http/me.ts';

/** Who looks, of which tenant and with what role; an empty place of the same height while that is not known. */
export function WhoAmI({ me }: { readonly me: Me | undefined }) {
  return (
    <div className="flex min-h-14 flex-col justify-center border-t px-4 text-[13px]">
      {me !== undefined && (
        <>
          <p className="truncate font-medium">{me.name}</p>
          <p className="truncate text-xs text-muted-foreground">
            {me.role ?? 'API key'} · {me.tenant.name}
          </p>
        </>
      )}
    </div>
  );
}
