package io.kubejar.apiserver.configfile;

/// A configuration file that cannot be used; the message is one line for the administrator.
public final class ConfigFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ConfigFileException(String message) {
    super(message);
  }
}
