from django.urls import path

from linli.ui import views

app_name = "ui"

urlpatterns = [
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/family/", views.gallery_family, name="gallery-family"),
    path("gallery/plain/", views.gallery_plain, name="gallery-plain"),
    path("gallery/reveal/", views.gallery_reveal, name="gallery-reveal"),
]
