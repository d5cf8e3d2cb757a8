"""VBx with pyannote's names and arguments. See pyannote/audio/__init__.py."""

from expected import clustering

from .. import fault


def VBx(X, Phi, Fa=1.0, Fb=1.0, pi=10, gamma=None, maxIters=10, epsilon=1e-4, alphaQInit=1.0, ref=None,
        plot=False, return_model=False, alpha=None, invL=None):  # fmt: skip
    settings = (Fa, Fb, maxIters, epsilon)
    if settings != (clustering.FA, clustering.FB, clustering.MAX_ITERS, clustering.EPSILON):
        raise NotImplementedError(f"The stub knows the settings of community-1 only, not {settings}.")
    q, priors, elbo = clustering.vbx(X, Phi, gamma)
    return (q, priors, [[value] for value in elbo]) + ((None, None) if return_model else ())


def cluster_vbx(ahc_init, fea, Phi, Fa, Fb, maxIters=20, init_smoothing=7.0):
    qinit = clustering.initial_responsibilities(ahc_init)
    result = VBx(fea, Phi, Fa=Fa, Fb=Fb, pi=qinit.shape[1], gamma=qinit, maxIters=maxIters, return_model=True)
    return result[0], result[1]


if fault("changed"):

    def cluster_vbx(labels, features, phi, **settings):  # noqa: F811
        raise AssertionError("A changed pyannote.audio is to be refused before it runs.")


if fault("changed"):
    del VBx
