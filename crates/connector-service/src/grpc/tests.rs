use std::sync::Arc;

use connector_core::clock::SystemClock;
use connector_core::entropy::SeededEntropy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

#[test]
fn a_host_that_cannot_be_used_is_an_error_in_the_settings() {
    let mut config = crate::testing::config();
    assert_eq!(api_host(&config).unwrap().authority(), "tenant.test:443");
    for (set, authority) in [("", "tenant.test:443"), ("[::1]:8443", "[::1]:8443")] {
        config.api_host = Some(set.to_owned());
        assert_eq!(api_host(&config).unwrap().authority(), authority);
    }
    for wrong in [":443", "host:port", "host:99999", "a b", "user@host"] {
        config.api_host = Some(wrong.to_owned());
        let error = api_host(&config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting, "{wrong}");
    }
}

#[tokio::test]
async fn a_port_for_plain_http_has_the_words_that_vendors_have() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = crate::testing::config();
    config.api_host = Some(format!(
        "localhost:{}",
        listener.local_addr().unwrap().port()
    ));
    let entropy = Arc::new(SeededEntropy::new(1));
    let plane = GrpcPlane::new(&config, SystemClock::shared(), entropy).unwrap();
    let serving = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    };
    let (answer, ()) = tokio::join!(plane.hello(HelloRequest::default()), serving);
    assert_eq!(
        answer.unwrap_err(),
        PlaneError::unanswered(
            Code::Unavailable,
            "requesting a token: no trusted connection to localhost: what answers there does not speak TLS; check host and port: \
             this may be a port for plain HTTP, or a proxy may stand in between"
        )
    );
}
