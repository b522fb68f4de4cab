# One image for every service and for the deploy step; the command chooses which.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /assent
COPY . .
RUN npm ci --no-audit --no-fund
RUN npx nx run-many -t build --exclude @assent/test,@assent/demo,@assent/fakes
# What runs: built code and the packages it needs; no sources, tests, types or tools.
RUN npm prune --omit=dev --no-audit --no-fund \
  && find apps libs -type d -name src -prune -exec rm -rf {} + \
  && find apps libs -path '*/dist/*' \( -name '*.d.ts' -o -name '*.map' -o -name '*spec.js' \) -delete \
  && mkdir /built && cp -a package.json node_modules apps libs policies /built/

FROM node:20.20.2-bookworm-slim
WORKDIR /assent
ENV NODE_ENV=production
COPY --from=build /built /assent
USER node
EXPOSE 8080
CMD ["node", "apps/standalone/dist/main.js"]
