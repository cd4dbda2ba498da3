package io.kubejar.apiserver.oidc;

import io.kubejar.apimachinery.cel.CompilationException;
import io.kubejar.apimachinery.cel.CompiledExpression;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.plan.Bindings;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.JsonViews;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.oidc.JwtConfig.Mapping;
import io.kubejar.apiserver.oidc.JwtConfig.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a user of a token's claims, by claims and by expressions (CEL), and checks both.
final class ClaimMapping {
  private static final String CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";

  /// A token whose claims do not do.
  static final class UnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitException(String why) {
      super(why);
    }
  }

  private record Compiled(Rule rule, CompiledExpression expression) {}

  private record Extra(String key, CompiledExpression value) {}

  private final JwtConfig config;
  private final List<FieldError> faults = new ArrayList<>();
  private final @Nullable CompiledExpression username;
  private final @Nullable CompiledExpression groups;
  private final @Nullable CompiledExpression uid;
  private final List<Extra> extra = new ArrayList<>();
  private final List<Compiled> claimRules = new ArrayList<>();
  private final List<Compiled> userRules = new ArrayList<>();

  /// @param path where the configuration stands in its file; what does not compile is in [#faults]
  ClaimMapping(String path, JwtConfig config) {
    this.config = config;
    var mappings = config.claimMappings();
    var at = path + ".claimMappings.";
    username = claims(at + "username.expression", mappings.username().expression());
    groups = claims(at + "groups.expression", mappings.groups().expression());
    uid = claims(at + "uid.expression", mappings.uid().expression());
    for (int i = 0; i < mappings.extra().size(); i++) {
      var one = mappings.extra().get(i);
      var value = claims(at + "extra[" + i + "].valueExpression", one.valueExpression());
      if (value != null) {
        extra.add(new Extra(one.key(), value));
      }
    }
    rules(path + ".claimValidationRules", config.claimValidationRules(), claimRules, false);
    rules(path + ".userValidationRules", config.userValidationRules(), userRules, true);
    verifiedEmail(at);
  }

  List<FieldError> faults() {
    return faults;
  }

  /// @throws UnfitException if the claims make no user that is wanted
  UserInfo user(JsonObject claims) throws UnfitException {
    Bindings bindings = variable -> variable.equals("claims") ? JsonViews.dynamic(claims) : null;
    var user =
        new UserInfo(
            username(claims, bindings),
            uid(claims, bindings),
            groups(claims, bindings),
            extra(claims, bindings));
    for (var rule : config.claimValidationRules()) {
      if (!rule.claim().isEmpty()) {
        required(claims, rule);
      }
    }
    check("claim validation expression", claimRules, bindings);
    var shown = JsonViews.dynamic(shown(user));
    check(
        "user info validation rule", userRules, variable -> variable.equals("user") ? shown : null);
    return user;
  }

  /// Of claims nobody knows the types beforehand; what comes out is looked at each time.
  private @Nullable CompiledExpression claims(String field, String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return Environments.claims().compile(text, Scalar.ANY);
    } catch (CompilationException unusable) {
      faults.add(FieldError.invalid(field, text, String.valueOf(unusable.getMessage())));
      return null;
    }
  }

  private void rules(String path, List<Rule> rules, List<Compiled> compiled, boolean ofUser) {
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      if (rule.expression().isEmpty()) {
        continue;
      }
      try {
        var environment = ofUser ? Environments.user() : Environments.claims();
        compiled.add(new Compiled(rule, environment.compile(rule.expression(), Scalar.BOOL)));
      } catch (CompilationException unusable) {
        faults.add(
            FieldError.invalid(
                path + "[" + i + "].expression",
                rule.expression(),
                String.valueOf(unusable.getMessage())));
      }
    }
  }

  /// Who takes the name from an e-mail address must look whether it was verified.
  private void verifiedEmail(String path) {
    boolean looksAtEmail = username != null && username.selects("email");
    boolean verified =
        (username != null && username.selects("email_verified"))
            || extra.stream().anyMatch(one -> one.value().selects("email_verified"))
            || claimRules.stream().anyMatch(rule -> rule.expression().selects("email_verified"));
    if (looksAtEmail && !verified) {
      faults.add(
          FieldError.invalid(
              path + "username.expression",
              config.claimMappings().username().expression(),
              "claims.email_verified must be used in claimMappings.username.expression or"
                  + " claimMappings.extra[*].valueExpression or claimValidationRules[*].expression"
                  + " when claims.email is used in claimMappings.username.expression"));
    }
  }

  private String username(JsonObject claims, Bindings bindings) throws UnfitException {
    var mapping = config.claimMappings().username();
    if (username != null) {
      var name = evaluate("username claim expression", username, bindings);
      if (!(name instanceof StringValue(var text))) {
        throw new UnfitException(
            "oidc: error evaluating username claim expression: username claim expression must"
                + " return a string");
      }
      if (text.isEmpty()) {
        throw new UnfitException("oidc: empty username via CEL expression is not allowed");
      }
      return text;
    }
    var name = text(claims, mapping.claim(), "username claims");
    if (mapping.claim().equals("email") && claims.has("email_verified")) {
      if (!(claims.get("email_verified") instanceof JsonBoolean(boolean verified))) {
        throw new UnfitException("oidc: parse 'email_verified' claim: not a boolean");
      }
      if (!verified) {
        throw new UnfitException("oidc: email not verified");
      }
    }
    return prefix(mapping) + name;
  }

  private String uid(JsonObject claims, Bindings bindings) throws UnfitException {
    if (uid == null) {
      var claim = config.claimMappings().uid().claim();
      return claim.isEmpty() ? "" : text(claims, claim, "uid claim");
    }
    if (evaluate("uid claim expression", uid, bindings) instanceof StringValue(var text)) {
      return text;
    }
    throw new UnfitException(
        "oidc: error evaluating uid claim expression: uid claim expression must return a string");
  }

  private List<String> groups(JsonObject claims, Bindings bindings) throws UnfitException {
    var mapping = config.claimMappings().groups();
    if (groups != null) {
      return texts("group claim expression", evaluate("group claim expression", groups, bindings));
    }
    if (mapping.claim().isEmpty() || !claims.has(mapping.claim())) {
      return List.of();
    }
    var names = new ArrayList<String>();
    var value = claims.get(mapping.claim());
    var all = value instanceof JsonArray ? claims.list(mapping.claim()) : List.of(value);
    for (var one : all) {
      if (!(one instanceof JsonString(var name))) {
        throw new UnfitException(
            "oidc: parse groups claim \""
                + mapping.claim()
                + "\": not a string or list of strings");
      }
      names.add(prefix(mapping) + name);
    }
    return names;
  }

  private Map<String, List<String>> extra(JsonObject claims, Bindings bindings)
      throws UnfitException {
    var all = new LinkedHashMap<String, List<String>>();
    if (claims.get("jti") instanceof JsonString(var id) && !id.isEmpty()) {
      all.put(CREDENTIAL_ID, List.of("JTI=" + id));
    }
    for (var one : extra) {
      var values =
          texts(
              "extra claim expression", evaluate("extra claim expression", one.value(), bindings));
      if (!values.isEmpty()) {
        all.put(one.key(), values);
      }
    }
    return all;
  }

  private static void required(JsonObject claims, Rule rule) throws UnfitException {
    if (!claims.has(rule.claim())) {
      throw new UnfitException("oidc: required claim " + rule.claim() + " not present in ID token");
    }
    if (!(claims.get(rule.claim()) instanceof JsonString(var value))) {
      throw new UnfitException("oidc: parse claim " + rule.claim() + ": not a string");
    }
    if (!value.equals(rule.requiredValue())) {
      throw new UnfitException(
          "oidc: required claim "
              + rule.claim()
              + " value does not match. Got = "
              + value
              + ", want = "
              + rule.requiredValue());
    }
  }

  private static void check(String what, List<Compiled> rules, Bindings bindings)
      throws UnfitException {
    for (var rule : rules) {
      var value = evaluate(what, rule.expression(), bindings);
      if (!BoolValue.isTrue(value)) {
        var message = rule.rule().message();
        throw new UnfitException(
            "oidc: error evaluating "
                + what
                + ": validation expression '"
                + rule.rule().expression()
                + "' failed"
                + (message.isEmpty() ? "" : ": " + message));
      }
    }
  }

  private static Value evaluate(String what, CompiledExpression expression, Bindings bindings)
      throws UnfitException {
    var evaluation = expression.evaluate(bindings);
    var failure = evaluation.failure();
    if (failure.isPresent()) {
      throw new UnfitException("oidc: error evaluating " + what + ": " + failure.get());
    }
    return evaluation.value();
  }

  /// A text or a list of them; empty ones do not count.
  private static List<String> texts(String what, Value value) throws UnfitException {
    return switch (value) {
      case NullValue _ -> List.of();
      case StringValue(var text) -> text.isEmpty() ? List.of() : List.of(text);
      case ListValue list -> {
        var texts = new ArrayList<String>();
        for (var element : list.elements()) {
          if (!(element instanceof StringValue(var text))) {
            throw noTexts(what);
          }
          if (!text.isEmpty()) {
            texts.add(text);
          }
        }
        yield texts;
      }
      default -> throw noTexts(what);
    };
  }

  private static UnfitException noTexts(String what) {
    return new UnfitException(
        "oidc: error evaluating "
            + what
            + ": expression must return a string or a list of strings");
  }

  private static String text(JsonObject claims, String claim, String what) throws UnfitException {
    if (claims.get(claim) instanceof JsonString(var text)) {
      return text;
    }
    var why = claims.has(claim) ? "not a string" : "claim not present";
    throw new UnfitException("oidc: parse " + what + " \"" + claim + "\": " + why);
  }

  private static String prefix(Mapping mapping) {
    return mapping.prefix() == null ? "" : mapping.prefix();
  }

  private static JsonObject shown(UserInfo user) {
    var extra = new LinkedHashMap<String, JsonValue>();
    user.extra().forEach((key, values) -> extra.put(key, array(values)));
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("username", new JsonString(user.name()));
    fields.put("uid", new JsonString(user.uid()));
    fields.put("groups", array(user.groups()));
    fields.put("extra", new JsonObject(extra));
    return new JsonObject(fields);
  }

  private static JsonArray array(List<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
  }
}
