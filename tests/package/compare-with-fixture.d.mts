import type { modelFixture } from "./model-fixture.mjs";
import type { ModelInPage } from "./model-in-page.mjs";

export function compareWhole(fixture: Fixture, model: ModelInPage): Promise<void>;

type Fixture = ReturnType<typeof modelFixture>;
/** Compares the tensors that the fixture has by name, and says how many those are. */
export function compare(fixture: Fixture, actual: Fixture["expected"], prefix?: string): number;
export function resultsOf(fixture: Fixture): number;
