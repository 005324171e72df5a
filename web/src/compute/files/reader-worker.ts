import { serveReader } from "./serve-reader";

serveReader(self);
