package io.kubejar.simulation.template;

/// A template that cannot be read, or does not fit its data.
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TemplateException(String message) {
    super(message);
  }
}
