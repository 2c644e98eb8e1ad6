# One image per connector, with the connector's static program and nothing else: no shell, no package manager.
#
# NAME is that of a folder below connectors/. REVISION, a further argument of each build, is the commit.
#
#   docker build --build-arg CONNECTOR=NAME -t baton-NAME .
#       builds the program too, from a clean checkout.
#   docker build --build-arg CONNECTOR=NAME --target prebuilt -t baton-NAME -f Dockerfile DIR
#       packs DIR/baton-NAME, which must be static; DIR/data must be an empty directory.
#   docker build --build-arg CONNECTOR="NAME OTHER" --target binaries --output DIR .
#       builds the programs alone (BuildKit).
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

FROM rust:1.95-bookworm AS build
ARG CONNECTOR
WORKDIR /src
COPY . .
# The commit that evidence of a sync names.
ARG REVISION=unknown
# Static, so that the image needs nothing else, and with glibc: linked with musl, whose functions for memory are plain,
# the same sync took twice as long (2026-11). The target is named because programs that run while building cannot be
# static.
ENV RUSTFLAGS="-C target-feature=+crt-static"
RUN test -n "$CONNECTOR" && mkdir -p /out/data && target=$(rustc --print host-tuple) && for name in $CONNECTOR; do \
      BATON_COMMIT="$REVISION" cargo build --release --locked --target "$target" --package "baton-$name" \
      && install "target/$target/release/baton-$name" /out/ || exit 1; \
    done

FROM scratch AS binaries
COPY --from=build /out/ /

FROM base
ARG CONNECTOR
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/baton-$CONNECTOR /connector
WORKDIR /data
