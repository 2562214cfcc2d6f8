# The gateway, built from the sources beside this file. Two stages, so that the image holds no compiler
# of TypeScript, no tests and no sources.
FROM node:20-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
COPY apps ./apps
COPY tests/package.json tests/package.json
COPY bench/package.json bench/package.json
COPY scripts ./scripts
COPY tsconfig.json tsconfig.base.json ./
RUN npm ci && npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    ODOORWAY_HOST=0.0.0.0 \
    ODOORWAY_DATA=/data
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/packages ./packages
COPY --from=build /src/apps ./apps
COPY examples/mappings ./examples/mappings
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
# Node is started directly, so that SIGTERM reaches it and what is in memory is flushed.
ENTRYPOINT ["node", "apps/cli/bin/odoorway.mjs"]
CMD ["start"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
