import type { Route } from "../../app/addresses.ts";
import { Empty } from "../../parts/states.tsx";

export function Page({ route }: { readonly route: Route }) {
  return (
    <div class="page">
      <Empty title={route.run ?? ""} />
    </div>
  );
}
