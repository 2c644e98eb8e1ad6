# One image per connector: docker build --build-arg CONNECTOR=hibob -t baton-hibob .
# The result holds the static program and nothing else. The program brings its own root certificates; private ones are
# added with SSL_CERT_FILE.
FROM rust:1.95-alpine AS build
ARG CONNECTOR
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
RUN test -n "$CONNECTOR" \
 && cargo build --release --locked --package "baton-$CONNECTOR" \
 && install -D "target/release/baton-$CONNECTOR" /out/connector \
 && install -d -o 65532 -g 65532 /out/data /out/tmp

FROM scratch
COPY --from=build /out/connector /connector
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/connector"]
