import type { modelFixture } from "./model-fixture.mjs";
import type { ModelInPage } from "./model-in-page.mjs";

export function compareWhole(fixture: ReturnType<typeof modelFixture>, model: ModelInPage): Promise<void>;
