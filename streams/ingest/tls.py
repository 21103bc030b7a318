"""With which certificate does the endpoint speak TLS? Read from two PEM files, or from one that holds both."""

import ssl


class CertificateError(ValueError):
    """The endpoint cannot speak TLS with these files, or may not listen there; says why and what to write instead."""


def tls_of(certificate: str, key: str) -> ssl.SSLContext | None:
    """The server's side of TLS 1.2 and newer; None without a certificate. Raises CertificateError.

    key: file of the private key, empty where the certificate's own file has it. One with a passphrase is refused:
    nobody is there to be asked for it.
    """
    if not certificate:
        if key:
            raise CertificateError(
                "CITYBRAIN_INGEST_KEY is set: name the certificate in CITYBRAIN_INGEST_CERTIFICATE, too"
            )
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key or None, password=_nobody)
    except (OSError, ValueError) as error:
        raise CertificateError(
            f"the certificate {certificate}{f' with the key {key}' if key else ''} cannot be used: {error}; write PEM files "
            "that belong together, the chain from the endpoint's own certificate on, the key without a passphrase"
        ) from error
    return context


def demand_tls_beyond_this_machine(host: str, certificate: str) -> None:
    """Tokens travel in the head of each request. Raises CertificateError where others could read them."""
    if not certificate and host not in {"127.0.0.1", "::1", "localhost"}:
        raise CertificateError(
            f"CITYBRAIN_INGEST_HOST is {host}: beyond this machine the endpoint speaks TLS alone, because each request "
            "carries a token; name its certificate in CITYBRAIN_INGEST_CERTIFICATE, or listen on 127.0.0.1"
        )


def _nobody() -> str:
    raise ValueError("its key has a passphrase")
