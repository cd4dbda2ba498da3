package io.kubejar.apiserver.validation;

import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.certificates.v1.CertificateSigningRequestCondition;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.http.pki.SigningRequest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Requests to sign a certificate. What is decided stays decided.
final class Certificates {
  private static final int SHORTEST_SECONDS = 600;
  private static final int DOMAIN_MAX = 253;
  private static final int PATH_MAX = 253 + 63 + 1;
  private static final String LEGACY_SIGNER = "kubernetes.io/legacy-unknown";
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final Set<String> DECISIONS = Set.of("Approved", "Denied", "Failed");
  private static final String[] USAGES = {
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping"
  };

  private Certificates() {}

  static void request(Check root, CertificateSigningRequest given) {
    request(root, given, Tolerated.NOTHING);
  }

  /// What was wrong before may stay wrong.
  private record Tolerated(
      boolean legacySigner,
      boolean unknownUsages,
      boolean repeatedUsages,
      boolean emptyTypes,
      boolean repeatedTypes,
      boolean bothDecisions,
      boolean anyCertificate) {
    static final Tolerated NOTHING = new Tolerated(false, false, false, false, false, false, false);

    static Tolerated of(CertificateSigningRequest old, CertificateSigningRequest now) {
      var usages = old.spec().usages();
      var types =
          old.status().conditions().stream().map(CertificateSigningRequestCondition::type).toList();
      var certificate = old.status().certificate();
      return new Tolerated(
          old.spec().signerName().equals(LEGACY_SIGNER),
          !List.of(USAGES).containsAll(usages),
          Set.copyOf(usages).size() < usages.size(),
          types.contains(""),
          Set.copyOf(types).size() < types.size(),
          types.contains("Approved") && types.contains("Denied"),
          certificate.equals(now.status().certificate()) || !fault(certificate).isEmpty());
    }
  }

  private static void request(Check root, CertificateSigningRequest given, Tolerated tolerated) {
    var at = root.at("spec");
    var spec = given.spec();
    request(at.at("request"), spec.request());
    usages(at.at("usages"), spec.usages(), tolerated);
    if (spec.signerName().equals(LEGACY_SIGNER) && !tolerated.legacySigner()) {
      at.at("signerName")
          .invalid(LEGACY_SIGNER, "the legacy signerName is not allowed via this API version");
    } else {
      signerName(at.at("signerName"), spec.signerName());
    }
    var seconds = spec.expirationSeconds();
    if (seconds != null && seconds < SHORTEST_SECONDS) {
      at.at("expirationSeconds")
          .invalid(seconds, "may not specify a duration less than 600 seconds (10 minutes)");
    }
    var status = root.at("status");
    conditions(status.at("conditions"), given.status().conditions(), tolerated);
    var fault = tolerated.anyCertificate() ? "" : fault(given.status().certificate());
    if (!fault.isEmpty()) {
      status.at("certificate").invalid("<certificate data>", fault);
    }
  }

  private static void request(Check at, Bytes request) {
    try {
      SigningRequest.parse(new String(request.toArray(), StandardCharsets.ISO_8859_1))
          .checkSignature();
    } catch (IllegalArgumentException e) {
      at.invalid(request.base64(), String.valueOf(e.getMessage()));
    }
  }

  private static void usages(Check at, List<String> usages, Tolerated tolerated) {
    if (usages.isEmpty()) {
      at.required("");
    }
    if (!tolerated.unknownUsages()) {
      at.each(
          usages,
          (item, usage) -> {
            if (!List.of(USAGES).contains(usage)) {
              item.notSupported(usage, USAGES);
            }
          });
    }
    if (!tolerated.repeatedUsages()) {
      var seen = new HashSet<String>();
      at.each(
          usages,
          (item, usage) -> {
            if (!seen.add(usage)) {
              item.duplicate(usage);
            }
          });
    }
  }

  /// A domain and a path below it.
  static void signerName(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
      return;
    }
    var parts = name.split("/", -1);
    if (parts.length != 2) {
      at.invalid(
          name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
      return;
    }
    var domain = parts[0];
    if (domain.length() > DOMAIN_MAX) {
      at.tooLong(DOMAIN_MAX);
    }
    var labels = domain.split("\\.", -1);
    labels(at, domain, labels, Formats::dns1123Label);
    if (labels.length < 2) {
      at.invalid(domain, "should be a domain with at least two segments separated by dots");
    }
    labels(at, parts[1], parts[1].split("\\.", -1), Formats::dns1123Subdomain);
    if (name.length() > DOMAIN_MAX + PATH_MAX + 1) {
      at.tooLong(DOMAIN_MAX + PATH_MAX + 1);
    }
  }

  /// The first label that is wrong stands for all.
  private static void labels(
      Check at, String text, String[] labels, Function<String, List<String>> format) {
    for (var label : labels) {
      var wrong = format.apply(label);
      wrong.forEach(message -> at.invalid(text, "validating label \"" + label + "\": " + message));
      if (!wrong.isEmpty()) {
        return;
      }
    }
  }

  private static void conditions(
      Check at, List<CertificateSigningRequestCondition> conditions, Tolerated tolerated) {
    var types = new HashSet<String>();
    at.each(
        conditions,
        (item, condition) -> {
          if (!tolerated.emptyTypes()) {
            item.at("type").nonEmpty(condition.type());
          }
          status(item.at("status"), condition);
          boolean otherWay =
              (condition.type().equals("Approved") && types.contains("Denied"))
                  || (condition.type().equals("Denied") && types.contains("Approved"));
          if (otherWay && !tolerated.bothDecisions()) {
            at.invalid(condition.type(), "Approved and Denied conditions are mutually exclusive");
          }
          if (!types.add(condition.type()) && !tolerated.repeatedTypes()) {
            item.at("type").duplicate(condition.type());
          }
        });
  }

  private static void status(Check at, CertificateSigningRequestCondition condition) {
    if (condition.status().isEmpty()) {
      at.required("");
    } else if (DECISIONS.contains(condition.type())) {
      at.oneOf(condition.status(), "True");
    } else {
      at.oneOf(condition.status(), "False", "True", "Unknown");
    }
  }

  /// What is wrong with a certificate; empty if nothing is, or if there is none.
  private static String fault(Bytes certificate) {
    if (certificate.isEmpty()) {
      return "";
    }
    var blocks = BLOCK.matcher(new String(certificate.toArray(), StandardCharsets.ISO_8859_1));
    int found = 0;
    while (blocks.find()) {
      found++;
      if (!blocks.group(1).equals("CERTIFICATE")) {
        return "only CERTIFICATE PEM blocks are allowed, found \"" + blocks.group(1) + "\"";
      }
      if (blocks.group(2).indexOf(':') >= 0) {
        return "no PEM block headers are permitted";
      }
      var fault = derFault(blocks.group(2));
      if (!fault.isEmpty()) {
        return fault;
      }
    }
    return found == 0 ? "must contain at least one CERTIFICATE PEM block" : "";
  }

  private static String derFault(String base64) {
    var der = Base64.getMimeDecoder().decode(base64);
    if (der.length == 0) {
      return "found CERTIFICATE PEM block containing 0 certificates";
    }
    try {
      CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
      return "";
    } catch (CertificateException _) {
      return "x509: malformed certificate"; // As Go's reader begins to say it.
    }
  }

  /// @param subresource through which the request was changed: only `approval` decides, only
  ///   `status` gives the certificate
  static void request(
      Check root,
      CertificateSigningRequest given,
      CertificateSigningRequest old,
      String subresource) {
    request(root, given, Tolerated.of(old, given));
    var at = root.at("status");
    boolean approval = subresource.equals("approval");
    boolean status = subresource.equals("status");
    var conditions = at.at("conditions");
    for (var type : List.of("Approved", "Denied", "Failed")) {
      if (ofType(given, type).size() < ofType(old, type).size()) {
        conditions.forbidden("updates may not remove a condition of type \"" + type + "\"");
      }
    }
    if (!approval) {
      undecided(conditions, "Approved", given, old);
      undecided(conditions, "Denied", given, old);
    }
    var was = old.status().certificate();
    if (!given.status().certificate().equals(was)) {
      if (!status) {
        at.at("certificate").forbidden("updates may not set certificate content");
      } else if (!was.isEmpty()) {
        at.at("certificate").forbidden("updates may not modify existing certificate content");
      }
    }
  }

  private static void undecided(
      Check at, String type, CertificateSigningRequest given, CertificateSigningRequest old) {
    var now = ofType(given, type);
    var was = ofType(old, type);
    if (now.size() > was.size()) {
      at.forbidden("updates may not add a condition of type \"" + type + "\"");
    } else if (now.size() == was.size() && !now.equals(was)) {
      at.forbidden("updates may not modify a condition of type \"" + type + "\"");
    }
  }

  private static List<CertificateSigningRequestCondition> ofType(
      CertificateSigningRequest request, String type) {
    return request.status().conditions().stream().filter(it -> it.type().equals(type)).toList();
  }
}
