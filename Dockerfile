# One image per connector, with the connector's static program and nothing else: no shell, no package manager.
#
# NAME is that of a folder below connectors/. REVISION, a further argument of each build, is the commit.
#
#   docker build --build-arg CONNECTOR=NAME -t baton-NAME .
#       builds the program too, from a clean checkout.
#   docker build --build-arg CONNECTOR=NAME --target prebuilt -t baton-NAME -f Dockerfile DIR
#       packs DIR/baton-NAME, which must be static; DIR/data must be an empty directory.
#   docker build --build-arg CONNECTOR="NAME OTHER" --target binaries --output DIR .
#       builds the programs of images alone (BuildKit).
#   docker build --build-arg CONNECTOR="NAME OTHER" --target portable --output DIR .
#       builds programs that run on any Linux; they take more time.
#
# The program brings Mozilla's root certificates; private ones are added with SSL_CERT_FILE.

FROM scratch AS base
ARG CONNECTOR
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="baton-$CONNECTOR" \
      org.opencontainers.image.description="Read-only Baton connector: people and access as a .c1z file" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.source="$SOURCE"
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
# The one place that is written to: the file (sync.c1z unless --file says otherwise) and temporary files.
ENV TMPDIR=/data
# Answered by a service that was started with --health-check. It asks the program, not the vendor.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
  CMD ["/connector", "health-check", "--endpoint", "ready"]
ENTRYPOINT ["/connector"]

FROM base AS prebuilt
ARG CONNECTOR
COPY --chown=65532:65532 data /data
COPY baton-$CONNECTOR /connector
WORKDIR /data

# With glibc, because the same sync takes twice as long with musl, whose functions for memory are plain (2026-11).
FROM rust:1.95-bookworm AS build
ARG CONNECTOR
WORKDIR /src
COPY . .
# The commit that evidence of a sync names.
ARG REVISION=unknown
RUN mkdir -p /out/data && BATON_COMMIT="$REVISION" .ci/static-programs /out $CONNECTOR

# With musl, for machines of which nothing is known: a static program with glibc loads what a machine resolves names
# with, which fits only the machine's own glibc. An image has nothing of that kind.
FROM rust:1.95-alpine AS build-portable
ARG CONNECTOR
# The kernel's headers are for aws-lc.
RUN apk add --no-cache build-base linux-headers
WORKDIR /src
COPY . .
ARG REVISION=unknown
RUN mkdir -p /out && BATON_COMMIT="$REVISION" .ci/static-programs /out $CONNECTOR

FROM scratch AS binaries
COPY --from=build /out/ /

FROM scratch AS portable
COPY --from=build-portable /out/ /

FROM base
ARG CONNECTOR
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/baton-$CONNECTOR /connector
WORKDIR /data
